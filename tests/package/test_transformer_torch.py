"""Attention with heads and the two layers against PyTorch's classes, with copied weights."""

import copy

import pytest
import torch
from torch import nn

from softrecall.transformer import Decoder, DecoderLayer, Encoder, EncoderLayer, MultiHeadAttention

D_MODEL, N_HEADS, D_FF = 12, 3, 20


def shaken(module, seed=0):
    """Move every parameter, for biases of 0 and norms of 1 are too plain to be missed; in float64, without dropout."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=generator)
    return module.double().eval()


def tokens(n, seed):
    return torch.randn(4, n, D_MODEL, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def causal(n):
    return torch.ones(n, n, dtype=torch.bool).tril()


def real(lengths, n):
    return torch.arange(n) < torch.tensor(lengths)[:, None]  # (n_batch, n)


def theirs(kind, **options):
    torch.manual_seed(1)
    layer = getattr(nn, f"Transformer{kind}Layer")
    return layer(D_MODEL, N_HEADS, D_FF, batch_first=True, **options)


both_orders = pytest.mark.parametrize("norm_first", [True, False])
CLASSES = {
    MultiHeadAttention: lambda **options: nn.MultiheadAttention(D_MODEL, N_HEADS, **options),
    EncoderLayer: lambda **options: nn.TransformerEncoderLayer(D_MODEL, N_HEADS, D_FF, **options),
    DecoderLayer: lambda **options: nn.TransformerDecoderLayer(D_MODEL, N_HEADS, D_FF, **options),
}
every_class = pytest.mark.parametrize("mine", CLASSES)


@pytest.mark.parametrize("hides", ["nothing", "future", "padding", "both"])
def test_attention_is_that_of_pytorch_under_every_mask(hides):
    torch.manual_seed(0)
    module = shaken(nn.MultiheadAttention(D_MODEL, N_HEADS, batch_first=True))
    q, k, v = tokens(6, 1), tokens(6, 2), tokens(6, 3)
    future = causal(6) if hides in ("future", "both") else None
    padding = real([6, 2, 1, 4], 6) if hides in ("padding", "both") else None
    expected = module(
        *(q, k, v),
        attn_mask=None if future is None else ~future,  # there True hides
        key_padding_mask=None if padding is None else ~padding,
        average_attn_weights=False,
    )
    mask = future
    if padding is not None:
        mask = padding[:, None, None] if future is None else padding[:, None, None] & future
    got = MultiHeadAttention.from_torch(module)(q, k, v, mask)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)


@both_orders
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_an_encoder_layer_is_that_of_pytorch(norm_first, activation):
    module = shaken(theirs("Encoder", norm_first=norm_first, activation=activation))
    x, padding = tokens(5, 1), real([5, 1, 3, 2], 5)
    mine = EncoderLayer.from_torch(module)
    torch.testing.assert_close(mine(x)[0], module(x), rtol=0, atol=1e-12)
    expected = module(x, src_mask=~causal(5), src_key_padding_mask=~padding)
    got = mine(x, padding[:, None, None] & causal(5))[0]
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)


@both_orders
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_a_decoder_layer_is_that_of_pytorch(norm_first, activation):
    module = shaken(theirs("Decoder", norm_first=norm_first, activation=activation))
    x, memory, padding = tokens(5, 1), tokens(7, 2), real([7, 1, 3, 2], 7)
    mine = DecoderLayer.from_torch(module)
    torch.testing.assert_close(mine(x, memory)[0], module(x, memory), rtol=0, atol=1e-12)
    expected = module(x, memory, tgt_mask=~causal(5), memory_key_padding_mask=~padding)
    got = mine(x, memory, causal(5), padding[:, None, None])[0]
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-12)


@both_orders
def test_in_float32_fresh_layers_agree_to_a_millionth(norm_first):
    x, memory = tokens(5, 1).float(), tokens(7, 2).float()
    encoder, decoder = (theirs(kind, norm_first=norm_first).eval() for kind in ("Encoder", "Decoder"))
    got = EncoderLayer.from_torch(encoder)(x)[0]
    torch.testing.assert_close(got, encoder(x), rtol=0, atol=2e-6)  # a step of float32 is 2.4e-7 here
    got = DecoderLayer.from_torch(decoder)(x, memory)[0]
    torch.testing.assert_close(got, decoder(x, memory), rtol=0, atol=2e-6)


def test_stacks_with_copied_layers_are_those_of_pytorch():
    layer = theirs("Encoder", norm_first=True)
    encoder = shaken(nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(D_MODEL), enable_nested_tensor=False))
    decoder = shaken(nn.TransformerDecoder(theirs("Decoder", norm_first=True), 2, norm=nn.LayerNorm(D_MODEL)), 1)
    x, memory = tokens(5, 1), tokens(7, 2)
    for kind, one, stack, inputs in (
        (Encoder, EncoderLayer, encoder, (x,)),
        (Decoder, DecoderLayer, decoder, (x, memory)),
    ):
        mine = kind(D_MODEL, N_HEADS, 2, D_FF)
        mine.layers = nn.ModuleList(one.from_torch(layer) for layer in stack.layers)
        mine.norm = copy.deepcopy(stack.norm)
        torch.testing.assert_close(mine.double()(*inputs)[0], stack(*inputs), rtol=0, atol=1e-12)


@every_class
def test_a_copy_draws_nothing_shares_nothing_and_keeps_dtype_and_mode(mine):
    module = CLASSES[mine](batch_first=True).double().eval()
    state = torch.random.get_rng_state()
    copied = mine.from_torch(module)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert not copied.training
    assert {p.dtype for p in copied.parameters()} == {torch.float64}
    assert sum(p.numel() for p in copied.parameters()) == sum(p.numel() for p in module.parameters())
    assert not {p.data_ptr() for p in copied.parameters()} & {p.data_ptr() for p in module.parameters()}
    module.train()
    assert mine.from_torch(module).training


def test_the_dropout_and_the_epsilon_of_the_norms_are_copied():
    module = theirs("Encoder", dropout=0.25, layer_norm_eps=0.5)
    mine = EncoderLayer.from_torch(module)
    assert mine.drop.p == 0.25
    module.eval(), mine.eval()
    torch.testing.assert_close(mine(tokens(5, 1).float())[0], module(tokens(5, 1).float()), rtol=0, atol=2e-6)


@every_class
def test_what_cannot_be_copied_is_refused_by_name(mine):
    for wrong in (nn.Linear(3, 4), None, "EncoderLayer"):
        with pytest.raises(TypeError, match=r"^module: must be a torch\.nn\.\w+; got "):
            mine.from_torch(wrong)
    with pytest.raises(ValueError, match=r"^module: needs batch_first=True \(here the batch is .*\); got False"):
        mine.from_torch(CLASSES[mine]())
    with pytest.raises(ValueError, match=r"^module: needs biases \(they are part of the block\); got \w+ without"):
        mine.from_torch(CLASSES[mine](batch_first=True, bias=False))


@pytest.mark.parametrize("options", [{"kdim": 5}, {"vdim": 5}, {"add_bias_kv": True}, {"add_zero_attn": True}])
def test_attention_with_keys_of_its_own_or_of_another_width_is_refused(options):
    with pytest.raises(ValueError, match=r"^module: needs keys and values of the width embed_dim"):
        MultiHeadAttention.from_torch(nn.MultiheadAttention(D_MODEL, N_HEADS, batch_first=True, **options))


def test_an_activation_may_be_a_module_and_must_be_one_of_two():
    module = shaken(theirs("Encoder", activation=nn.GELU()))
    torch.testing.assert_close(EncoderLayer.from_torch(module)(tokens(5, 1))[0], module(tokens(5, 1)))
    for wrong in (torch.tanh, nn.GELU(approximate="tanh")):
        with pytest.raises(ValueError, match=r"^module: its activation must be 'relu' or 'gelu'; got "):
            EncoderLayer.from_torch(theirs("Encoder", activation=wrong))
