"""Settings for every test: hypothesis draws the same examples each time, and no example has a time limit."""

from hypothesis import settings

pytest_plugins = ["site_fixtures"]  # browser, server and widgets, also for tests/widgets/*/test_live.py

settings.register_profile("softrecall", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("softrecall")
