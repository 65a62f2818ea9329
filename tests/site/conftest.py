"""Every test of this folder reads the built site."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def site_is_built(built):
    """Fail, and say why, where it is not built."""
