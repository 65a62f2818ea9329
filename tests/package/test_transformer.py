"""The Transformer by what it may see, by plain loops, and by two ways to the same number."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from softrecall.attention import attend
from softrecall.qknorm import QKNormAttention
from softrecall.transformer import (
    GPT,
    Decoder,
    DecoderLayer,
    Encoder,
    EncoderLayer,
    MultiHeadAttention,
    PositionalEncoding,
    Transformer,
    initialise,
    sinusoidal_positions,
)

START, END = 0, 1
ORDERS = [{"norm_first": True}, {"norm_first": False}, {"norm_first": None}]


def shaken(module, seed=0):
    """Move every parameter: biases of 0 and norms of 1 are too plain to be missed. In float64."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=generator)
    return module.double()


def translator(seed=0, **options):
    torch.manual_seed(seed)
    return shaken(Transformer(9, 7, 12, 8, 2, 2, 16, **options))


def pairs(seed=0, n_batch=3, n_read=6, n_written=5):
    generator = torch.Generator().manual_seed(seed)
    source = torch.randint(9, (n_batch, n_read), generator=generator)
    return source, torch.randint(7, (n_batch, n_written), generator=generator)


def writer(seed=0, **options):
    torch.manual_seed(seed)
    return shaken(GPT(9, 12, 8, 2, 3, **options))


# ---- positions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d_model", [1, 2, 7, 8])
def test_positions_are_the_formula_term_by_term(d_model):
    rows = sinusoidal_positions(30, d_model, dtype=torch.float64)
    assert rows.shape == (30, d_model)
    for t, row in enumerate(rows.tolist()):
        for j, value in enumerate(row):
            angle = t / 10000 ** ((j - j % 2) / d_model)
            assert value == pytest.approx(math.cos(angle) if j % 2 else math.sin(angle), abs=1e-12)


def test_a_shift_is_one_matrix_for_all_positions_but_not_for_the_last_sine_of_an_odd_width():
    rows = sinusoidal_positions(200, 9, dtype=torch.float64)
    past, shifted = rows[:-5], rows[5:]
    matrix = torch.linalg.lstsq(past[:, :8], shifted[:, :8]).solution
    assert (past[:, :8] @ matrix - shifted[:, :8]).abs().max() < 1e-10
    angles = 5 / 10000 ** (torch.arange(0, 8, 2) / 9)
    turns = torch.block_diag(*(torch.tensor([[a.cos(), -a.sin()], [a.sin(), a.cos()]]) for a in angles))
    assert (past[:, :8] @ turns.double() - shifted[:, :8]).abs().max() < 1e-5
    alone = sinusoidal_positions(200, 1, dtype=torch.float64)  # a sine without its cosine
    factor = torch.linalg.lstsq(alone[:-5], alone[5:]).solution
    assert (alone[:-5] * factor - alone[5:]).abs().max() > 0.5


def test_positions_have_the_dtype_that_is_asked_for_and_the_accuracy_of_float64():
    exact, plain = sinusoidal_positions(5000, 6, dtype=torch.float64), sinusoidal_positions(5000, 6)
    assert plain.dtype == torch.float32
    assert (plain - exact).abs().max() < 1e-7


def test_sinusoidal_positions_are_a_buffer_that_a_fresh_start_spares_and_learned_ones_a_parameter():
    model = Transformer(9, 7, 12, 8, 2, 1, 16)
    assert "positions.rows" in model.state_dict()
    assert not any("positions" in name for name, _ in model.named_parameters())
    initialise(model)
    assert torch.equal(model.positions.rows, sinusoidal_positions(12, 8))
    assert "positions.rows" in dict(GPT(9, 12, 8, 2, 1, positions="learned").named_parameters())
    torch.manual_seed(0)
    learned = PositionalEncoding(300, 40, "learned").rows
    assert learned.std().item() == pytest.approx(1, rel=5 / math.sqrt(2 * learned.numel()))


@pytest.mark.parametrize("kind", ["sinusoidal", "learned", None])
def test_positions_are_added_from_where_the_sequence_stands(kind):
    positions, x = PositionalEncoding(12, 8, kind), torch.randn(2, 5, 8)
    added = (positions(x, 3) - x)[1]
    expected = torch.zeros(5, 8) if kind is None else positions.rows[3:8]
    torch.testing.assert_close(added, expected, rtol=0, atol=1e-6)
    with pytest.raises(ValueError, match=r"^x: must have at most 12 tokens \(n_positions\); got 13"):
        positions(x, 8)
    with pytest.raises(ValueError, match=r"^n_seen: must be at least 0; got -1"):
        positions(x, -1)


def test_other_words_and_sizes_for_positions_are_refused():
    with pytest.raises(ValueError, match=r"^kind: must be 'sinusoidal' or 'learned'; got 'sine'"):
        PositionalEncoding(3, 4, "sine")
    for name, sizes in {"n_positions": (0, 4), "d_model": (3, -1)}.items():
        with pytest.raises(ValueError, match=f"^{name}: must be at least 1"):
            sinusoidal_positions(*sizes)


# ---- heads and masks -------------------------------------------------------------------------------------------------


def test_each_head_is_numpy_attention_on_its_own_columns():
    torch.manual_seed(0)
    layer = shaken(MultiHeadAttention(12, 3))
    q, k, v = (torch.randn(2, n, 12).double() for n in (4, 6, 6))
    mask = torch.rand(2, 3, 4, 6) < 0.6
    mask[..., 2] = True
    output, weights = layer(q, k, v, mask)
    project = {name: getattr(layer, name)(x).detach().numpy() for name, x in (("w_q", q), ("w_k", k), ("w_v", v))}
    heads = []
    for i in range(3):
        columns = slice(4 * i, 4 * i + 4)
        read, same = attend(*(project[name][..., columns] for name in ("w_q", "w_k", "w_v")), mask=mask[:, i].numpy())
        np.testing.assert_allclose(weights[:, i].detach(), same, rtol=0, atol=1e-12)
        heads.append(read)
    expected = layer.w_o(torch.from_numpy(np.concatenate(heads, axis=-1)))
    torch.testing.assert_close(output, expected, rtol=0, atol=1e-12)


def test_keys_are_the_queries_and_values_the_keys_unless_said_otherwise():
    layer, x, memory = MultiHeadAttention(8, 2), torch.randn(2, 4, 8), torch.randn(2, 5, 8)
    torch.testing.assert_close(layer(x), layer(x, x, x), rtol=0, atol=0)
    torch.testing.assert_close(layer(x, memory), layer(x, memory, memory), rtol=0, atol=0)


@pytest.mark.parametrize("shape", [(4, 6), (1, 6), (3, 2, 4, 6), (3, 1, 1, 6), (1, 2, 4, 6), (1, 1, 1, 6)])
def test_a_mask_of_two_or_four_axes_means_what_it_broadcasts_to(shape):
    torch.manual_seed(1)
    layer, q, k = MultiHeadAttention(8, 2).double(), torch.randn(3, 4, 8).double(), torch.randn(3, 6, 8).double()
    mask = torch.rand(shape) < 0.5
    mask[..., 0] = True
    whole = mask.expand(3, 2, 4, 6)
    weights = layer(q, k, mask=mask)[1]
    torch.testing.assert_close(weights, layer(q, k, mask=whole.clone())[1], rtol=0, atol=0)
    assert torch.equal(weights > 0, whole)


@pytest.mark.parametrize(
    "shape", [(6,), (2, 6), (2, 1, 6), (2, 4, 6), (4, 1), (2, 2, 4, 1), (2, 3, 4, 6), (1, 1, 2, 1, 6)]
)
def test_a_mask_that_is_ambiguous_or_does_not_fit_is_refused(shape):
    layer, q, k = MultiHeadAttention(8, 2), torch.randn(2, 4, 8), torch.randn(2, 6, 8)
    assert len(q) == layer.n_heads  # where a mask of three axes would run, and be wrong
    with pytest.raises(ValueError, match=r"^mask: (needs 2 axes, \(n_q, n_k\), or 4, .*|must have the shape .*); got "):
        layer(q, k, mask=torch.ones(shape, dtype=torch.bool))


@pytest.mark.parametrize(
    ("shape", "place"), [((5, 5), "3"), ((2, 1, 1, 5), r"\(1, 0, 0\)"), ((2, 2, 5, 5), r"\(1, 1, 4\)")]
)
def test_a_row_that_sees_nothing_is_refused_by_its_place(shape, place):
    mask = torch.ones(shape, dtype=torch.bool)
    mask[tuple(int(i) for i in place.strip("\\()").split(", "))] = False
    for call in (
        lambda: MultiHeadAttention(8, 2)(torch.randn(2, 5, 8), mask=mask),
        lambda: EncoderLayer(8, 2, 4)(torch.randn(2, 5, 8), mask),
    ):
        with pytest.raises(ValueError, match=rf"^mask: every row needs at least one True .*; row {place} has none"):
            call()


@pytest.mark.parametrize("n_batch", [2, 3])
@pytest.mark.parametrize("order", ORDERS)
def test_padding_of_the_source_changes_nothing_whether_or_not_there_are_as_many_heads_as_sentences(n_batch, order):
    model, (source, target) = translator(**order), pairs(n_batch=n_batch)
    is_real = torch.arange(6) < torch.tensor([6, 2, 4])[:n_batch, None]
    logits = model(source, target, is_real)
    other = source.masked_fill(~is_real, 8)
    torch.testing.assert_close(model(other, target, is_real), logits, rtol=0, atol=1e-12)
    alone = model(source[1:2, :2], target[1:2])
    torch.testing.assert_close(alone, logits[1:2], rtol=0, atol=1e-12)
    assert (model(other, target) - model(source, target)).abs().max() > 1e-3
    for name, weights in model.attentions(source, target, is_real).items():
        if name.startswith("encoder") or name.endswith("cross"):
            assert (weights.movedim(-1, 1)[~is_real] == 0).all()


@pytest.mark.parametrize("order", ORDERS)
def test_a_place_sees_itself_and_what_was_written_before_and_nothing_later(order):
    model, (source, target) = translator(**order), pairs()
    logits, gpt = model(source, target), writer(**order)
    for i in range(5):
        other = target.clone()
        other[:, i] = (other[:, i] + 1) % 7
        for changed in ((model(source, other) - logits).abs(), (gpt(other) - gpt(target)).abs()):
            assert changed[:, :i].numel() == 0 or changed[:, :i].max() <= 1e-12
            assert (changed[:, i:].amax(dim=(0, 2)) > 1e-6).all()


def test_every_place_sees_the_whole_source():
    model, (source, target) = translator(), pairs()
    logits = model(source, target)
    for i in range(6):
        other = source.clone()
        other[:, i] = (other[:, i] + 1) % 9
        assert ((model(other, target) - logits).abs().amax(dim=(0, 2)) > 1e-6).all()


def test_a_mask_of_the_memory_is_blamed_by_its_own_name():
    x, memory = torch.randn(2, 4, 8), torch.randn(2, 6, 8)
    for block in (DecoderLayer(8, 2, 16), Decoder(8, 2, 2, 16)):
        with pytest.raises(ValueError, match=r"^memory_mask: needs 2 axes"):
            block(x, memory, memory_mask=torch.ones(2, 1, 6, dtype=torch.bool))


# ---- layers and their ablations --------------------------------------------------------------------------------------


def by_hand(layer, x, memory, mask):
    """Two sublayers, or three with a memory, in either order of norms."""

    def sub(x, norm, part):
        return x + part(norm(x)) if layer.norm_first else norm(x + part(x))

    x = sub(x, layer.own_norm, lambda y: layer.own(y, y, y, mask)[0])
    if memory is not None:
        x = sub(x, layer.cross_norm, lambda y: layer.cross(y, memory, memory)[0])
    return sub(x, layer.feed_norm, lambda y: layer.feed[2](functional.relu(layer.feed[0](y))))


@pytest.mark.parametrize("order", ORDERS)
def test_models_are_their_parts_in_order(order):
    model, (source, target) = translator(**order), pairs()
    rows, mask = model.positions.rows, torch.ones(5, 5, dtype=torch.bool).tril()
    memory = model.source_tokens(source) * math.sqrt(8) + rows[:6]
    for layer in model.encoder.layers:
        memory = by_hand(layer, memory, None, None)
    memory = model.encoder.norm(memory)
    x = model.target_tokens(target) * math.sqrt(8) + rows[:5]
    for layer in model.decoder.layers:
        x = by_hand(layer, x, memory, mask)
    torch.testing.assert_close(model(source, target), model.out(model.decoder.norm(x)), rtol=0, atol=1e-12)
    is_first = order["norm_first"] is True
    assert (
        isinstance(model.encoder.norm, torch.nn.LayerNorm)
        == is_first
        == isinstance(model.decoder.norm, torch.nn.LayerNorm)
    )
    assert isinstance(model.encoder.layers[0].own_norm, torch.nn.LayerNorm) == (order["norm_first"] is not None)


def test_a_gpt_is_an_encoder_under_a_causal_mask():
    model, (ids, _) = writer(activation="relu"), pairs()
    x = model.tokens(ids) * math.sqrt(8) + model.positions.rows[:6]
    mask = torch.ones(6, 6, dtype=torch.bool).tril()
    for layer in model.body.layers:
        x = by_hand(layer, x, None, mask)
    torch.testing.assert_close(model(ids), model.out(model.body.norm(x)), rtol=0, atol=1e-12)
    assert isinstance(writer().body.layers[0].feed[1], torch.nn.GELU)
    assert writer().body.layers[0].feed[0].out_features == 32


def test_without_the_way_around_a_part_takes_the_place_of_its_input():
    layer = shaken(EncoderLayer(8, 2, 16, is_residual=False, norm_first=None))
    x = torch.randn(2, 5, 8).double()
    torch.testing.assert_close(layer(x)[0], layer.feed(layer.own(x)[0]), rtol=0, atol=1e-12)


def test_without_the_network_a_layer_is_its_attention():
    for norm_first in (True, False):
        layer, x = shaken(EncoderLayer(8, 2, 0, norm_first=norm_first)), torch.randn(2, 5, 8).double()
        norm = layer.own_norm
        expected = x + layer.own(norm(x))[0] if norm_first else norm(x + layer.own(x)[0])
        torch.testing.assert_close(layer(x)[0], expected, rtol=0, atol=1e-12)
        assert layer.feed is None
        assert {name.split(".")[0] for name, _ in layer.named_parameters()} == {"own", "own_norm"}
    assert shaken(Transformer(9, 7, 12, 8, 2, 2, 0))(*pairs()).shape == (3, 5, 7)


def test_without_positions_an_encoder_does_not_know_the_order_and_with_them_it_does():
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    source, target = pairs()
    for positions in (None, "sinusoidal", "learned"):
        model = translator(positions=positions)
        change = (model(source[:, order], target) - model(source, target)).abs().max()
        assert (change <= 1e-12) == (positions is None)


def test_without_its_causal_mask_a_decoder_sees_what_it_is_to_write():
    source, target = pairs()
    other = target.clone()
    other[:, -1] = (other[:, -1] + 1) % 7
    leaky, gpt = translator(is_causal=False), writer(is_causal=False)
    assert (leaky(source, other) - leaky(source, target))[:, 0].abs().max() > 1e-4
    assert (gpt(other) - gpt(target))[:, 0].abs().max() > 1e-4
    with pytest.raises(ValueError, match=r"^step: needs a causal model .*; got is_causal=False"):
        gpt.step(target)


def test_a_layer_takes_any_attention_that_is_called_as_ours_is():
    made = EncoderLayer(8, 2, 16, attention=lambda: QKNormAttention(8, 2, 3.0))
    assert isinstance(made.own, QKNormAttention)
    assert made(torch.randn(2, 5, 8))[1].shape == (2, 2, 5, 5)
    model = GPT(9, 12, 8, 2, 1, attention=lambda: QKNormAttention(8, 2, 3.0))
    with pytest.raises(
        TypeError, match=r"^attention: must be a MultiHeadAttention to keep a cache; got QKNormAttention"
    ):
        model.step(torch.ones(1, 2, dtype=torch.int64))


def test_dropout_acts_in_training_alone_and_on_what_each_part_adds():
    x = torch.randn(2, 5, 8)
    layer = EncoderLayer(8, 2, 16, dropout=1.0)
    torch.testing.assert_close(layer(x)[0], x, rtol=0, atol=0)
    assert (layer.eval()(x)[0] - x).abs().max() > 0.01
    torch.testing.assert_close(layer.train()(x)[1].sum(-1), torch.ones(2, 2, 5))
    model, (source, target) = Transformer(9, 7, 12, 8, 2, 1, 16, dropout=0.5), pairs()
    assert (model(source, target) - model(source, target)).abs().max() > 0.01
    assert model.eval()(source, target).equal(model(source, target))


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"dropout": 1.5}, ValueError, r"dropout: must be a finite number >= 0 and <= 1; got 1\.5"),
        ({"norm_first": "pre"}, TypeError, "norm_first: must be True or False; got str 'pre'"),
        ({"is_residual": 1}, TypeError, "is_residual: must be True or False; got int 1"),
        ({"activation": "tanh"}, ValueError, "activation: must be 'relu' or 'gelu'; got 'tanh'"),
        ({"is_causal": None}, TypeError, "is_causal: must be True or False; got None"),
        ({"positions": "rotary"}, ValueError, "kind: must be 'sinusoidal' or 'learned'; got 'rotary'"),
    ],
)
def test_options_that_there_are_not_are_refused_by_every_model(options, error, text):
    with pytest.raises(error, match=f"^{text}"):
        Transformer(9, 7, 12, 8, 2, 1, 16, **options)
    with pytest.raises(error, match=f"^{text}"):
        GPT(9, 12, 8, 2, 1, **options)


def test_weights_start_as_is_said():
    torch.manual_seed(2)
    model = Transformer(400, 300, 12, 32, 4, 1, 64)
    layer = model.decoder.layers[0]
    for linear in (layer.own.w_q, layer.cross.w_o, layer.feed[0], model.out):
        n_out, n_in = linear.weight.shape
        bound = math.sqrt(6 / (n_in + n_out))
        assert 0.95 * bound < linear.weight.abs().max() <= bound
        assert (linear.bias == 0).all()
    for table in (model.source_tokens.weight, model.target_tokens.weight):
        assert table.std().item() == pytest.approx(32**-0.5, rel=5 / math.sqrt(2 * table.numel()))
    assert (layer.own_norm.weight == 1).all()


# ---- greedy writing and the cache ------------------------------------------------------------------------------------


def test_what_is_written_greedily_is_the_best_token_after_each_already_written():
    model, (source, _) = translator(), pairs(n_batch=16)
    ids = model.greedy(source, START, END, 8)
    given = torch.cat([torch.full((16, 1), START), ids[:, :-1]], dim=1)
    best, has_ended = model(source, given).argmax(-1), (ids == END).cumsum(-1) > 0
    was_over = torch.cat([torch.zeros(16, 1, dtype=torch.bool), has_ended[:, :-1]], dim=1)
    assert torch.equal(ids[~was_over], best[~was_over])
    assert (ids[was_over] == END).all()
    assert 0 < was_over.sum() < was_over.numel(), "some end early, and some do not"
    assert not ids.requires_grad


def test_writing_stops_once_all_have_ended_and_heeds_the_padding():
    model, (source, _) = translator(), pairs(n_batch=4)
    with torch.no_grad():
        model.out.bias[END] += 1e3
    assert model.greedy(source, START, END, 8).tolist() == [[END]] * 4
    with torch.no_grad():
        model.out.bias[END] -= 2e3
    assert model.greedy(source, START, END, 8).shape == (4, 8)
    is_real = torch.arange(6) < torch.tensor([6, 2, 4, 3])[:, None]
    other = source.masked_fill(~is_real, 8)
    assert torch.equal(model.greedy(source, START, END, 8, is_real), model.greedy(other, START, END, 8, is_real))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"start": 7}, "start: must be from 0 to 6; got 7"),
        ({"end": -1}, "end: must be from 0 to 6; got -1"),
        ({"n_max": 13}, r"n_max: must be from 1 to 12 \(n_positions\); got 13"),
        ({"n_max": 0}, r"n_max: must be from 1 to 12 \(n_positions\); got 0"),
    ],
)
def test_writing_from_or_to_what_there_is_not_is_refused(changes, text):
    call = {"source": pairs()[0], "start": START, "end": END, "n_max": 5} | changes
    with pytest.raises(ValueError, match=f"^{text}"):
        translator().greedy(**call)


@pytest.mark.parametrize("pieces", [[6], [1] * 6, [2, 3, 1]])
@pytest.mark.parametrize("order", [*ORDERS, {"is_residual": False}, {"positions": "learned"}, {"d_ff": 0}])
def test_a_text_read_in_pieces_gives_the_logits_of_the_whole(pieces, order):
    model, (ids, _) = writer(**order), pairs()
    cache, found = None, []
    for piece in ids.split(pieces, dim=1):
        before = cache
        held = None if cache is None else [[x.clone() for x in past] for past in cache]
        logits, cache = model.step(piece, cache)
        found.append(logits)
        if held is not None:
            assert all(
                x.equal(y) for past, old in zip(before, held, strict=True) for x, y in zip(past, old, strict=True)
            )
    torch.testing.assert_close(torch.cat(found, dim=1), model(ids), rtol=0, atol=1e-10)


def test_in_float32_a_cache_costs_less_than_a_hundred_thousandth():
    torch.manual_seed(3)
    model, ids = GPT(50, 64, 32, 4, 3), torch.randint(50, (2, 64))
    cache, found = None, []
    for piece in ids.split(1, dim=1):
        logits, cache = model.step(piece, cache)
        found.append(logits)
    torch.testing.assert_close(torch.cat(found, dim=1), model(ids), rtol=0, atol=1e-5)
    assert len(cache) == 3
    assert {tuple(x.shape) for past in cache for x in past} == {(2, 64, 32)}


def test_a_cache_that_no_step_returned_is_refused():
    model, (ids, _) = GPT(9, 12, 8, 2, 3), pairs()
    _, cache = model.step(ids)
    with pytest.raises(ValueError, match=r"^ids: must have at most 12 tokens \(n_positions\); got 13"):
        model.step(torch.ones(3, 7, dtype=torch.int64), cache)
    with pytest.raises(ValueError, match=r"^cache: must have 3 pairs \(n_layers\); got 2"):
        model.step(ids, cache[:2])
    with pytest.raises(ValueError, match=r"^cache: must have the shape \(n_batch = 2, n_seen, d_model = 8\)"):
        model.step(ids[:2], cache)
    with pytest.raises(ValueError, match=r"^cache: must have the shape \(n_batch = 3, n_seen = 6, d_model = 8\)"):
        model.step(ids, (*cache[:2], tuple(x[:, :4] for x in cache[2])))
    for wrong in ("cache", [1, 2, 3], (1, 2, 3), cache[0]):
        with pytest.raises(TypeError, match=r"^cache: must be what an earlier step returned; got "):
            model.step(ids, wrong)


def test_a_sequence_longer_than_the_positions_is_refused_by_name():
    model, fits, long = translator(), torch.ones(2, 12, dtype=torch.int64), torch.ones(2, 13, dtype=torch.int64)
    assert model(fits, fits).shape == (2, 12, 7)
    calls = {"source": lambda: model(long, fits), "target": lambda: model(fits, long), "ids": lambda: writer()(long)}
    for name, call in calls.items():
        with pytest.raises(ValueError, match=rf"^{name}: must have at most 12 tokens \(n_positions\); got 13$"):
            call()


def test_the_maps_are_those_of_the_layers_and_their_rows_sum_to_one():
    model, (source, target) = translator(), pairs()
    maps = model.attentions(source, target)
    sizes = {"encoder 1 self": (6, 6), "encoder 2 self": (6, 6)}
    for i in (1, 2):
        sizes |= {f"decoder {i} self": (5, 5), f"decoder {i} cross": (5, 6)}
    assert {name: tuple(weights.shape[-2:]) for name, weights in maps.items()} == sizes
    embedded = model.source_tokens(source) * math.sqrt(8) + model.positions.rows[:6]
    torch.testing.assert_close(maps["encoder 1 self"], model.encoder.layers[0](embedded)[1], rtol=0, atol=1e-12)
    gpt = writer().attentions(source)
    assert [tuple(weights.shape) for weights in gpt] == [(3, 2, 6, 6)] * 3
    for weights in (*maps.values(), *gpt):
        torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]), rtol=0, atol=1e-12)
    assert all(weights.triu(1).max() == 0 for weights in (maps["decoder 2 self"], *gpt))


def test_a_gradient_reaches_every_parameter():
    source, target = pairs()
    for model, inputs in (
        (Transformer(9, 7, 12, 8, 2, 2, 16), (source, target)),
        (GPT(9, 12, 8, 2, 2, positions="learned"), (target,)),
    ):
        functional.cross_entropy(model(*inputs).flatten(0, 1), target.flatten()).backward()
        dead = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.abs().max() > 0]
        assert all(name.endswith("w_k.bias") for name in dead), dead  # it moves all scores of a row alike


def test_a_saved_model_is_the_same_again():
    model, (source, target) = translator(), pairs()
    other = translator(seed=1)
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(source, target), model(source, target))


def test_the_reversal_is_learned_in_a_few_steps():
    torch.manual_seed(0)
    model = Transformer(8, 8, 6, 32, 4, 1, 64)
    adam = torch.optim.Adam(model.parameters(), lr=5e-3, fused=True)
    for _ in range(200):
        source = torch.randint(2, 8, (32, 5))
        given = torch.cat([torch.full((32, 1), START), source.flip(1)[:, :-1]], dim=1)
        loss = functional.cross_entropy(model(source, given).flatten(0, 1), source.flip(1).flatten())
        adam.zero_grad()
        loss.backward()
        adam.step()
    source = torch.randint(2, 8, (200, 5))
    written = model.greedy(source, START, END, 5)
    assert (written == source.flip(1)).all(dim=1).float().mean() > 0.9


def test_encoder_and_decoder_carry_numbers_that_are_no_tokens():
    encoder, decoder = Encoder(8, 2, 2, 16), Decoder(8, 2, 2, 16)
    memory, weights = encoder(torch.randn(3, 6, 8))
    output, looked = decoder(torch.randn(3, 5, 8), memory)
    assert (memory.shape, output.shape) == ((3, 6, 8), (3, 5, 8))
    assert [w.shape for w in weights] == [(3, 2, 6, 6)] * 2
    assert [(own.shape, cross.shape) for own, cross in looked] == [((3, 2, 5, 5), (3, 2, 5, 6))] * 2
