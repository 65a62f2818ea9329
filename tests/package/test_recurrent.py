"""Recurrent cells against PyTorch's own, against padding, and against Jacobians multiplied by hand."""

import math

import pytest
import torch

from softrecall.recurrent import Bidirectional, GRUCell, LSTMCell, RNNCell, gradient_norms, run

PAIRS = [(RNNCell, torch.nn.RNNCell), (LSTMCell, torch.nn.LSTMCell), (GRUCell, torch.nn.GRUCell)]
every_pair = pytest.mark.parametrize(("mine", "theirs"), PAIRS)


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def some_state(cell, x):
    many = tuple(torch.randn_like(part) for part in parts(cell.start(x)))
    return many if len(many) > 1 else many[0]


@every_pair
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_cell_with_the_weights_of_pytorch_takes_the_same_step(mine, theirs, dtype):
    for seed in range(20):
        torch.manual_seed(seed)
        n_in, n_hidden, n_batch = (int(n) for n in torch.randint(1, 9, (3,)))
        module = theirs(n_in, n_hidden, dtype=dtype)
        cell, x = mine.from_torch(module), torch.randn(n_batch, n_in, dtype=dtype)
        state = some_state(cell, x)
        for got, expected in zip(parts(cell(x, state)), parts(module(x, state)), strict=True):
            torch.testing.assert_close(got, expected, rtol=0, atol=1e-6 if dtype == torch.float32 else 1e-14)


@every_pair
def test_weights_are_copied_and_not_shared(mine, theirs):
    module = theirs(2, 3)
    cell = mine.from_torch(module)
    before = [parameter.clone() for parameter in module.parameters()]
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter += 1
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))


@every_pair
def test_copying_weights_draws_nothing_that_others_would_miss(mine, theirs):
    module = theirs(2, 3)
    before = torch.random.get_rng_state()
    mine.from_torch(module)
    assert torch.equal(torch.random.get_rng_state(), before)


@every_pair
def test_weights_start_within_one_over_the_root_of_the_number_of_units(mine, theirs):
    torch.manual_seed(7)
    for parameter in mine(30, 64).parameters():
        assert parameter.abs().max() <= 1 / 8
        assert parameter.std().item() == pytest.approx(1 / 8 / math.sqrt(3), rel=0.3)  # 5 standard errors


@every_pair
def test_a_module_of_another_class_or_without_biases_is_refused(mine, theirs):
    other = next(theirs_too for mine_too, theirs_too in PAIRS if mine_too is not mine)
    with pytest.raises(TypeError, match=rf"module: must be a torch.nn.{mine.__name__}"):
        mine.from_torch(other(2, 3))
    with pytest.raises(ValueError, match="module: needs biases"):
        mine.from_torch(theirs(2, 3, bias=False))
    with pytest.raises(ValueError, match="n_hidden: must be at least 1; got 0"):
        mine(2, 0)


def test_an_rnn_cell_of_another_nonlinearity_is_refused():
    with pytest.raises(TypeError, match="with tanh"):
        RNNCell.from_torch(torch.nn.RNNCell(2, 3, nonlinearity="relu"))


def test_the_two_conventions_of_the_gru_are_two_functions():
    torch.manual_seed(0)
    after, before = GRUCell(3, 4), GRUCell(3, 4, reset_after=False)
    before.load_state_dict(after.state_dict())
    x, hidden = torch.randn(5, 3), torch.randn(5, 4)
    assert (after(x, hidden) - before(x, hidden)).abs().max() > 0.05
    with torch.no_grad():
        n = after.n_hidden
        r = (x @ after.w_x[:n].T + after.b_x[:n] + hidden @ after.w_h[:n].T + after.b_h[:n]).sigmoid()
        z = (x @ after.w_x[n : 2 * n].T + after.b_x[n : 2 * n] + hidden @ after.w_h[n : 2 * n].T).add(
            after.b_h[n : 2 * n]
        )
        seen = (r * hidden) @ after.w_h[2 * n :].T + after.b_h[2 * n :]
        candidate = (x @ after.w_x[2 * n :].T + after.b_x[2 * n :] + seen).tanh()
        torch.testing.assert_close(before(x, hidden), z.sigmoid() * hidden + (1 - z.sigmoid()) * candidate)


def test_the_forget_bias_opens_the_forget_gate_and_nothing_else():
    torch.manual_seed(1)
    plain = LSTMCell(3, 4)
    torch.manual_seed(1)
    biased = LSTMCell(3, 4, forget_bias=2.0)
    difference = biased.b_x - plain.b_x
    torch.testing.assert_close(difference, torch.tensor([0.0] * 4 + [2.0] * 4 + [0.0] * 8), rtol=0, atol=1e-6)
    assert torch.equal(biased.w_h, plain.w_h)


def test_an_error_along_the_cell_is_multiplied_by_the_forget_gate_alone():
    cell = LSTMCell(1, 1).double()
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.zero_()
        cell.b_x[1] = 3.0  # forget gate, sigmoid(3); all other gates 1/2, candidate 0
    start = torch.tensor([[0.7]], dtype=torch.float64, requires_grad=True)
    _, (_, end) = run(cell, torch.zeros(1, 5, 1, dtype=torch.float64), (torch.zeros_like(start), start))
    (gradient,) = torch.autograd.grad(end, start)
    assert gradient.item() == pytest.approx(torch.tensor(3.0).double().sigmoid().item() ** 5, rel=1e-12)


@every_pair
def test_a_run_is_one_step_after_the_other(mine, theirs):
    torch.manual_seed(2)
    cell, x = mine(3, 4), torch.randn(2, 6, 3)
    hiddens, last = run(cell, x)
    state = cell.start(x)
    for t in range(6):
        state = cell(x[:, t], state)
        assert torch.equal(hiddens[:, t], parts(state)[0])
    assert all(torch.equal(a, b) for a, b in zip(parts(state), parts(last), strict=True))


@every_pair
def test_padding_changes_nothing_and_more_padding_neither(mine, theirs):
    torch.manual_seed(3)
    cell, x, lengths = mine(3, 4), torch.randn(3, 7, 3), torch.tensor([7, 2, 4])
    hiddens, last = run(cell, x, lengths=lengths)
    longer, same = run(cell, torch.cat([x, torch.full((3, 5, 3), 1e3)], dim=1), lengths=lengths)
    for i, n in enumerate(lengths.tolist()):
        alone, end = run(cell, x[i : i + 1, :n])
        torch.testing.assert_close(hiddens[i, :n], alone[0])
        torch.testing.assert_close(parts(last)[0][i], parts(end)[0][0])
        torch.testing.assert_close(hiddens[i, n - 1 :], hiddens[i, n - 1].expand(8 - n, -1))
    torch.testing.assert_close(longer[:, :7], hiddens)
    assert all(torch.equal(a, b) for a, b in zip(parts(last), parts(same), strict=True))


@pytest.mark.parametrize(
    ("lengths", "error", "text"),
    [
        ([2.0, 3.0], TypeError, "lengths: must be whole numbers; got torch.float32"),
        ([True, False], TypeError, "lengths: must be whole numbers; got torch.bool"),
        ([2], ValueError, r"lengths: must have the shape \(n_batch = 2,\); got \(1,\)"),
        ([2, 0], ValueError, r"lengths: must be from 1 to 4 \(n_steps\); got 0 at index \(1,\)"),
        ([5, 2], ValueError, r"lengths: must be from 1 to 4 \(n_steps\); got 5 at index \(0,\)"),
    ],
)
def test_lengths_that_do_not_fit_the_batch_are_refused(lengths, error, text):
    with pytest.raises(error, match=f"^{text}"):
        run(RNNCell(3, 2), torch.zeros(2, 4, 3), lengths=torch.tensor(lengths))


LAYERS = [(RNNCell, torch.nn.RNN), (LSTMCell, torch.nn.LSTM), (GRUCell, torch.nn.GRU)]
every_layer = pytest.mark.parametrize(("mine", "layer"), LAYERS)


def both_ways(mine, layer):
    """Copy the two directions of a layer of PyTorch, whose parameters are listed in the order of a cell's."""
    parameters = list(layer.parameters())
    cells = [mine(layer.input_size, layer.hidden_size).double() for _ in range(2)]
    with torch.no_grad():
        for cell, theirs in zip(cells, (parameters[:4], parameters[4:]), strict=True):
            for mine_too, theirs_too in zip((cell.w_x, cell.w_h, cell.b_x, cell.b_h), theirs, strict=True):
                mine_too.copy_(theirs_too)
    return Bidirectional(*cells)


@every_layer
def test_both_directions_are_those_of_a_packed_layer_of_pytorch(mine, layer):
    for seed in range(5):
        torch.manual_seed(seed)
        n_in, n_hidden, n_batch, n_steps = (int(n) for n in torch.randint(1, 7, (4,)))
        theirs = layer(n_in, n_hidden, batch_first=True, bidirectional=True, dtype=torch.float64)
        x, lengths = torch.randn(n_batch, n_steps, n_in).double(), torch.randint(1, n_steps + 1, (n_batch,))
        packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        output, ends = theirs(packed)
        expected, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=n_steps)
        hiddens, states = both_ways(mine, theirs)(x, lengths)
        torch.testing.assert_close(hiddens, expected, rtol=0, atol=1e-12)
        for direction, state in enumerate(states):
            for got, end in zip(parts(state), parts(ends), strict=True):
                torch.testing.assert_close(got, end[direction], rtol=0, atol=1e-12)


@every_layer
def test_in_both_directions_padding_is_zero_and_more_of_it_changes_nothing(mine, layer):
    torch.manual_seed(8)
    both, x, lengths = Bidirectional(mine(3, 4), mine(3, 2)), torch.randn(3, 6, 3), torch.tensor([6, 1, 4])
    hiddens, _ = both(x, lengths)
    longer, _ = both(torch.cat([x, torch.full((3, 5, 3), math.nan)], dim=1), lengths)
    assert hiddens.shape == (3, 6, 6)
    for i, n in enumerate(lengths.tolist()):
        torch.testing.assert_close(hiddens[i, :n], both(x[i : i + 1, :n])[0][0])
        assert (longer[i, n:] == 0).all()
    torch.testing.assert_close(longer[:, :6], hiddens)


def test_the_first_place_knows_the_last_and_padding_gets_no_gradient():
    torch.manual_seed(9)
    both, x = Bidirectional(GRUCell(2, 3), GRUCell(2, 3)), torch.randn(1, 5, 2, requires_grad=True)
    both(x, torch.tensor([4]))[0][0, 0].sum().backward()
    assert (x.grad[0, :4] != 0).all()
    assert (x.grad[0, 4] == 0).all()


def test_two_directions_need_two_cells_of_one_input_width():
    cell = GRUCell(2, 3)
    with pytest.raises(ValueError, match="backward_cell: must be a cell of its own; got forward_cell again"):
        Bidirectional(cell, cell)
    for n_in in (1, 4):
        with pytest.raises(ValueError, match=f"backward_cell: n_in must be 2; got {n_in}"):
            Bidirectional(cell, GRUCell(n_in, 3))


def test_gradient_norms_of_a_tanh_network_are_those_of_jacobians_multiplied_by_hand():
    torch.manual_seed(4)
    cell, x = RNNCell(3, 5).double(), torch.randn(6, 3, dtype=torch.float64)
    hiddens = run(cell, x[None])[0][0]
    product, expected = torch.eye(5, dtype=torch.float64), [1.0]
    for t in range(5, 0, -1):
        product = product @ torch.diag(1 - hiddens[t] ** 2) @ cell.w_h
        expected.append((product.norm() / 5**0.5).item())
    torch.testing.assert_close(gradient_norms(cell, x), torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("cell", [LSTMCell(2, 3, 1.0), GRUCell(2, 3)])
def test_gradient_norms_of_a_gated_cell_are_those_of_autograd_through_the_whole_run(cell):
    torch.manual_seed(5)
    cell, x = cell.double(), torch.randn(4, 2, dtype=torch.float64)
    state = cell.start(x[:1])
    for step in x[:2]:
        state = cell(step[None], state)
    start = tuple(part.detach() for part in parts(state))

    def end(*many):
        hiddens, _ = run(cell, x[None, 2:], many if len(many) > 1 else many[0])
        return hiddens[0, -1]

    jacobians = torch.autograd.functional.jacobian(end, start)
    total = torch.cat([jacobian[:, 0] for jacobian in jacobians], dim=-1).norm() / 3**0.5
    torch.testing.assert_close(gradient_norms(cell, x)[2], total)


@every_pair
def test_a_start_that_is_no_state_of_the_cell_is_refused(mine, theirs):
    cell, x = mine(3, 2), torch.zeros(2, 4, 3)
    wide, start = torch.zeros(2, 5), cell.start(x)
    bad = (start[0], wide) if isinstance(start, tuple) else wide
    with pytest.raises(
        ValueError, match=r"^(hidden|cell): must have the shape \(n_batch = 2, n_hidden = 2\); got \(2, 5"
    ):
        run(cell, x, bad)
    with pytest.raises(TypeError, match=r"^(hidden|state): must be .*; got (list|tuple)"):
        run(cell, x, [start] if isinstance(start, tuple) else (start,))
