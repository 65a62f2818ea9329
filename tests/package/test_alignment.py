"""Additive alignment by plain loops, and a small translator by what it may and may not see."""

import math

import pytest
import torch
from torch.nn import functional

from softrecall.recurrent import AdditiveAlignment, EncoderDecoder


def some_input(seed, n_batch=3, n_keys=5):
    torch.manual_seed(seed)
    alignment = AdditiveAlignment(4, 6, 7).double()
    return alignment, torch.randn(n_batch, 4).double(), torch.randn(n_batch, n_keys, 6).double()


def test_scores_weights_and_context_are_those_of_plain_loops():
    alignment, query, keys = some_input(0)
    context, weights = alignment(query, keys)
    w_q, w_k, b = (tensor.tolist() for tensor in (alignment.w_q.weight, alignment.w_k.weight, alignment.w_k.bias))
    for i in range(3):
        scores = []
        for key in keys[i].tolist():
            score = 0.0
            for unit, v in enumerate(alignment.v.weight[0].tolist()):
                drive = b[unit] + sum(w * q for w, q in zip(w_q[unit], query[i].tolist(), strict=True))
                score += v * math.tanh(drive + sum(w * k for w, k in zip(w_k[unit], key, strict=True)))
            scores.append(math.exp(score))
        expected = [score / sum(scores) for score in scores]
        assert weights[i].tolist() == pytest.approx(expected, abs=1e-12)
        read = [sum(w * key[c] for w, key in zip(expected, keys[i].tolist(), strict=True)) for c in range(6)]
        assert context[i].tolist() == pytest.approx(read, abs=1e-12)


def test_padding_gets_exactly_nothing_whatever_stands_there():
    alignment, query, keys = some_input(1)
    is_real = torch.arange(5) < torch.tensor([5, 1, 3])[:, None]
    context, weights = alignment(query, keys, is_real)
    assert (weights[~is_real] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(3).double())
    for i, n in enumerate((5, 1, 3)):
        torch.testing.assert_close(context[i : i + 1], alignment(query[i : i + 1], keys[i : i + 1, :n])[0])
    keys[~is_real] = 1e6
    assert torch.equal(alignment(query, keys, is_real)[1], weights)


def test_keys_that_were_projected_before_give_the_same():
    alignment, query, keys = some_input(2)
    context, weights = alignment(query, keys, from_keys=alignment.w_k(keys))
    torch.testing.assert_close((context, weights), alignment(query, keys))


def test_a_row_without_a_real_key_is_refused():
    alignment, query, keys = some_input(3)
    is_real = torch.tensor([[True] * 5, [False] * 5, [True] * 5])
    with pytest.raises(ValueError, match=r"is_real: every row needs at least one True .*; row 1 has none"):
        alignment(query, keys, is_real)


def translator(seed=4):
    torch.manual_seed(seed)
    model = EncoderDecoder(9, start=1, n_embed=5, n_hidden=6, n_align=4).double()
    source, lengths = torch.randint(2, 9, (3, 7)), torch.tensor([7, 2, 4])
    return model, source, lengths, torch.randint(2, 9, (3, 4))


def test_the_alignment_has_a_row_a_step_that_sums_to_one_and_ignores_padding():
    model, source, lengths, target = translator()
    scores, weights = model(source, lengths, target)
    assert scores.shape == (3, 4, 9)
    assert weights.shape == (3, 4, 7)
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 4).double())
    assert (weights.transpose(1, 2)[torch.arange(7) >= lengths[:, None]] == 0).all()
    padded = torch.cat([source, torch.full((3, 2), 8)], dim=1)
    padded[1, 2:], padded[2, 4:] = 0, 3
    torch.testing.assert_close(model(padded, lengths, target)[0], scores)


def test_a_step_sees_the_true_tokens_before_it_and_neither_its_own_nor_later_ones():
    model, source, lengths, target = translator()
    scores, _ = model(source, lengths, target)
    for i in range(4):
        other = target.clone()
        other[:, i] = (other[:, i] + 1) % 9
        changed = (model(source, lengths, other)[0] - scores).abs().amax(dim=(0, 2))
        assert (changed[: i + 1] == 0).all()
        assert (changed[i + 1 :] > 0).all()


def test_writing_starts_from_what_the_backward_cell_holds_at_the_first_token():
    model, source, lengths, target = translator()
    scores, weights = model(source, lengths, target)
    keys, (end, beginning) = model.encoder(model.embed(source), lengths)
    start = torch.full((3,), 1)
    is_real = torch.arange(7) < lengths[:, None]
    hidden = torch.tanh(model.first(beginning))
    first, _, looked = model.decoder(model.embed(start), hidden, keys, is_real)
    torch.testing.assert_close(scores[:, 0], first, rtol=0, atol=1e-12)
    torch.testing.assert_close(weights[:, 0], looked, rtol=0, atol=1e-12)
    other, *_ = model.decoder(model.embed(start), torch.tanh(model.first(end)), keys, is_real)
    assert (other - first).abs().max() > 1e-3


def test_what_is_decoded_is_the_best_token_after_each_already_written():
    model, source, lengths, _ = translator()
    tokens, weights = model.decode(source, lengths, 6)
    scores, same = model(source, lengths, tokens)
    assert torch.equal(scores.argmax(-1), tokens)
    torch.testing.assert_close(weights, same)
    assert not weights.requires_grad


def test_a_gradient_reaches_every_parameter():
    model, source, lengths, target = translator()
    functional.cross_entropy(model(source, lengths, target)[0].flatten(0, 1), target.flatten()).backward()
    assert all(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in model.parameters())


def test_sizes_and_lengths_that_do_not_fit_are_refused():
    model, source, _, target = translator()
    with pytest.raises(ValueError, match=r"lengths: must be from 1 to 7 \(n_steps\); got 8"):
        model(source, torch.tensor([8, 2, 2]), target)
    with pytest.raises(ValueError, match=r"start: must be from 0 to 8 \(a token of the vocabulary\); got 9"):
        EncoderDecoder(9, start=9)
    with pytest.raises(ValueError, match="n_align: must be at least 1; got 0"):
        AdditiveAlignment(2, 3, 0)
