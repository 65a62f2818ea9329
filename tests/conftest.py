"""Settings for every test: one thread each, hypothesis draws the same examples each time, and none has a time limit."""

import os

from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers with two threads each are many times slower

pytest_plugins = ["site_fixtures"]  # browser, server and widgets, also for tests/widgets/*/test_live.py

settings.register_profile("softrecall", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("softrecall")
