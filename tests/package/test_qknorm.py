"""Transformers with a learned beta a head, against NumPy attention; and the survey that trains them, in small."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book
from softrecall.attention import attend, causal_mask
from softrecall.qknorm import QKNormAttention, QKNormEncoderDecoder, QKNormLanguageModel
from softrecall.similarity import entropy

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("learned_beta", ROOT / "experiments" / "learned_beta.py")
survey = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(survey)
STORED = book.data("learned-beta")


def heads(x, n_heads):
    return np.moveaxis(x.reshape(*x.shape[:-1], n_heads, -1), -2, -3)  # (..., n, d_model) -> (..., n_heads, n, d_k)


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


@pytest.mark.parametrize(("n_heads", "is_cross"), [(1, False), (2, False), (4, True)])
def test_a_layer_computes_attention_over_directions_with_one_beta_a_head(n_heads, is_cross):
    torch.manual_seed(n_heads)
    layer = QKNormAttention(8, n_heads, 3.0).double()
    layer.log_beta.data = torch.randn(n_heads, dtype=torch.float64)
    x = torch.randn(2, 5, 8, dtype=torch.float64)
    memory = torch.randn(2, 7, 8, dtype=torch.float64) if is_cross else None
    mask = None if is_cross else torch.ones(5, 5, dtype=torch.bool).tril()
    output, weights = layer(x, memory, mask)

    w_q, w_k, w_v, w_o = (w.weight.detach().numpy() for w in (layer.w_q, layer.w_k, layer.w_v, layer.w_o))
    keys_from = (x if memory is None else memory).numpy()
    q, k, v = (heads(a @ w.T, n_heads) for a, w in ((x.numpy(), w_q), (keys_from, w_k), (keys_from, w_v)))
    beta = layer.beta.detach().numpy()[:, None, None]
    expected, same = attend(unit(q), unit(k), v, beta=beta, mask=None if is_cross else causal_mask(5))
    merged = np.moveaxis(expected, -3, -2).reshape(2, 5, 8) @ w_o.T
    np.testing.assert_allclose(weights.detach().numpy(), same, rtol=0, atol=1e-12)
    np.testing.assert_allclose(output.detach().numpy(), merged, rtol=0, atol=1e-12)


def test_the_length_of_queries_and_keys_changes_nothing():
    torch.manual_seed(0)
    layer, x = QKNormAttention(6, 2, 5.0), torch.randn(1, 4, 6)
    before = layer(x)[1]
    layer.w_q.weight.data *= 30
    layer.w_k.weight.data /= 7
    torch.testing.assert_close(layer(x)[1], before, rtol=0, atol=1e-6)


def test_the_gradient_of_log_beta_is_the_formula_of_the_chapter():
    torch.manual_seed(1)
    layer = QKNormAttention(6, 1, 2.0).double()
    x = torch.randn(1, 5, 6, dtype=torch.float64)
    weights = layer(x)[1][0, 0]
    (-weights[0, 3].log()).backward()
    q, k = (torch.nn.functional.normalize(w(x)[0], dim=-1) for w in (layer.w_q, layer.w_k))
    cosines = (q @ k.T)[0]
    expected = layer.beta * ((weights[0] * cosines).sum() - cosines[3])
    torch.testing.assert_close(layer.log_beta.grad, expected.detach(), rtol=1e-10, atol=0)


@pytest.mark.parametrize("beta", [0, -1.0, math.inf, math.nan])
def test_a_beta_that_is_not_positive_and_finite_is_refused(beta):
    with pytest.raises(ValueError, match=r"beta: must be a finite number above 0 \(a head keeps its logarithm\); got"):
        QKNormAttention(8, 2, beta)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match=r"n_heads: must divide d_model \(8\); got 3"):
        QKNormAttention(8, 3, 1.0)
    with pytest.raises(ValueError, match="n_heads: must be at least 1; got 0"):
        QKNormAttention(8, 0, 1.0)


def test_the_language_model_sees_no_later_token():
    torch.manual_seed(2)
    model, tokens = QKNormLanguageModel(9, 6, 8, 2, 2, 4.0), torch.randint(9, (3, 6))
    changed = tokens.clone()
    changed[:, 4] = (changed[:, 4] + 1) % 9
    before, after = model(tokens)[0], model(changed)[0]
    torch.testing.assert_close(before[:, :4], after[:, :4], rtol=0, atol=0)
    assert (before[:, 4:] - after[:, 4:]).abs().max() > 1e-4


def test_the_decoder_sees_all_of_the_source_and_no_later_target():
    torch.manual_seed(3)
    model = QKNormEncoderDecoder(9, 6, 8, 2, 2, 4.0)
    source, target = torch.randint(9, (2, 6)), torch.randint(9, (2, 5))
    scores, weights = model(source, target)
    later, other = target.clone(), source.clone()
    later[:, 3], other[:, 5] = (later[:, 3] + 1) % 9, (other[:, 5] + 1) % 9
    torch.testing.assert_close(model(source, later)[0][:, :3], scores[:, :3], rtol=0, atol=0)
    assert (model(other, target)[0] - scores).abs().amax(dim=(0, 2)).min() > 1e-6
    assert list(weights) == list(model.attentions())
    assert weights["decoder 1 cross"].shape == (2, 2, 5, 6)


def by_hand(layer, x, memory=None, mask=None):
    """One layer from its parts: normalise, read, add; and again from the memory; and again through the network."""
    x = x + layer.own(layer.own_norm(x), mask=mask)[0]
    if memory is not None:
        x = x + layer.cross(layer.cross_norm(x), memory)[0]
    hidden = torch.nn.functional.gelu(layer.feed[0](layer.feed_norm(x)))
    return x + layer.feed[2](hidden)


def shaken(model):
    """Move every parameter: in a fresh model the norms and biases are too plain to be missed."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
    return model.double()


def test_the_models_are_their_parts_in_order():
    torch.manual_seed(4)
    tokens, target = torch.randint(9, (2, 6)), torch.randint(9, (2, 5))
    mask = torch.ones(6, 6, dtype=torch.bool).tril()
    model = shaken(QKNormLanguageModel(9, 7, 8, 2, 2, 4.0))
    x = model.tokens(tokens) + model.positions(torch.arange(6))
    for layer in model.decoder:
        x = by_hand(layer, x, mask=mask)
    torch.testing.assert_close(model(tokens)[0], model.out(model.norm(x)), rtol=0, atol=1e-12)

    model = shaken(QKNormEncoderDecoder(9, 7, 8, 2, 2, 4.0))
    memory = model.tokens(tokens) + model.positions(torch.arange(6))
    for layer in model.encoder:
        memory = by_hand(layer, memory)
    x = model.tokens(target) + model.positions(torch.arange(5))
    for layer in model.decoder:
        x = by_hand(layer, x, memory, mask[:5, :5])
    torch.testing.assert_close(model(tokens, target)[0], model.out(model.norm(x)), rtol=0, atol=1e-12)


def test_a_fresh_model_has_the_sizes_and_the_spread_of_embeddings_that_are_asked_for():
    torch.manual_seed(6)
    model = QKNormLanguageModel(300, 200, 32, 4, 1, 5.0, embedding_std=0.07)
    for table in (model.tokens.weight, model.positions.weight):
        assert table.std().item() == pytest.approx(0.07, rel=5 / math.sqrt(2 * table.numel()))
    assert model.decoder[0].feed[0].weight.shape == (4 * 32, 32)
    assert model.attentions()["decoder 1 self"].beta.tolist() == pytest.approx([5.0] * 4, rel=1e-6)


def test_a_text_longer_than_the_positions_is_refused_by_name():
    model = QKNormEncoderDecoder(9, 4, 8, 2, 1, 4.0)
    fits, long = torch.ones(2, 4, dtype=torch.int64), torch.ones(2, 5, dtype=torch.int64)
    assert model(fits, fits)[0].shape == (2, 4, 9)
    for name, call in {"source": (long, fits), "target": (fits, long)}.items():
        with pytest.raises(ValueError, match=rf"^{name}: must have at most 4 tokens \(n_positions\); got 5$"):
            model(*call)


def test_betas_have_a_learning_rate_of_their_own_and_every_parameter_one():
    model = QKNormEncoderDecoder(9, 6, 8, 2, 2, 4.0)
    rest, betas = model.parameter_groups(0.001, 0.1)
    assert (rest["lr"], betas["lr"]) == (0.001, 0.1)
    assert len(betas["params"]) == 6
    assert {id(p) for p in rest["params"] + betas["params"]} == {id(p) for p in model.parameters()}
    assert len(rest["params"]) + len(betas["params"]) == len(list(model.parameters()))


# ---- the survey ------------------------------------------------------------------------------------------------------


def test_the_reversal_is_learned_in_small_and_its_betas_move():
    run = survey.train(
        "reversal", 16, 5.66, 0, 0.05, 0.02, n_symbols=4, length=4, d_model=32, n_layers=1, n_steps=250, n_batch=32
    )
    first, last = run["history"][0]["betas"], run["history"][-1]["betas"]
    assert run["accuracy"] > 0.99
    assert set(first) == {"encoder 1 self", "decoder 1 self", "decoder 1 cross"}
    assert first["decoder 1 cross"] == [5.66, 5.66]
    assert min(last["decoder 1 cross"]) > 2 * 5.66
    assert len(run["history"]) == survey.N_RECORDS


def test_the_text_task_learns_more_than_how_often_each_character_comes():
    data = survey.Text(survey.SETTINGS["text"])
    counts = torch.bincount(data.held_out, minlength=data.n_tokens).double().numpy()
    run = survey.train("text", 16, 5.66, 0, 0.05, 0.02, d_model=32, n_layers=1, n_steps=150, n_context=32)
    assert run["loss"] < entropy(counts / counts.sum()) - 0.3
    assert 0.2 < run["accuracy"] < 1


def test_a_run_repeats_itself():
    settings = {"d_model": 16, "n_layers": 1, "n_steps": 3, "n_context": 8}
    first, second = (survey.train("text", 16, 1.0, 7, 0.1, 0.02, **settings) for _ in range(2))
    assert first == second
    assert first["history"][-1]["betas"] != first["history"][0]["betas"]


def test_scaling_the_betas_by_hand_leaves_them_as_they_were():
    data = survey.Reversal(survey.SETTINGS["reversal"])
    model = data.model(2, 4.0, 0.02)
    inputs, target = data.batch(4, torch.Generator().manual_seed(0), held_out=True)
    before, loss = survey.betas_of(model), survey.loss_of(model, inputs, target).item()
    losses = survey.loss_when_scaled(model, inputs, target)
    assert survey.betas_of(model) == before
    assert survey.loss_of(model, inputs, target).item() == pytest.approx(loss, rel=1e-6)
    assert len(set(losses.values())) > 1


def test_the_keys_that_a_head_reads_are_counted_by_entropy():
    even = torch.full((2, 1, 3, 4), 0.25)
    assert survey.keys_read({"a": even}) == {"a": [4.0]}
    assert survey.keys_read({"a": torch.eye(3)[None, None]}) == {"a": [1.0]}


def test_the_stored_survey_is_whole_and_says_how_it_was_made():
    about, runs = STORED["about"], STORED["runs"]
    keys = [survey.key_of(run) for run in runs]
    assert len(keys) == len(set(keys)) == 90
    assert about["settings"] == survey.SETTINGS
    assert about["grid"] == {name: list(values) for name, values in survey.GRID.items()}
    assert {"command", "date", "python", "torch", "text_sha256"} <= set(about)
    for run in runs:
        first, last = run["history"][0], run["history"][-1]
        assert (first["step"], last["step"]) == (0, survey.SETTINGS[run["task"]]["n_steps"])
        assert {round(b, 2) for betas in first["betas"].values() for b in betas} == {run["init"]}
