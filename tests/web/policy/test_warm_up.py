"""The first scenario that is opened after a start finds everything ready."""

import threading

import pytest

from leerrekening.web import gunicorn_hooks
from leerrekening.web.policy import scenarios, workbench


def test_each_worker_warms_up_beside_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(workbench, "warm_up", done.set)
    gunicorn_hooks.post_worker_init(None)
    assert done.wait(10)


def test_nothing_is_warmed_up_where_packages_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "find_spec", lambda _name: None)
    assert scenarios.warm_up() is None


def test_warming_up_is_all_that_a_scenario_needs_once() -> None:
    workbench.warm_up()
    drawn = workbench._population.cache_info().misses
    studied = workbench._studied.cache_info().misses
    for reform in workbench.ready_reforms():
        workbench.compare(reform, {})
        workbench.studied(reform)
    assert workbench._population.cache_info().misses == drawn
    assert workbench._studied.cache_info().misses == studied
