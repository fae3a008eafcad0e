"""The pages for policy."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from leerrekening.web.audience import audience
from leerrekening.web.policy import crossings, monitor, scenarios, use


@audience("everyone")
def index(request: HttpRequest) -> HttpResponse:
    """What there is for those who make policy."""
    return render(request, "policy/index.html")


@audience("everyone")
def participation(request: HttpRequest) -> HttpResponse:
    """How many adults learn, per survey, and the way to 60 per cent in 2030."""
    summary, steps = monitor.routes()
    context = {"views": monitor.series_views(), "routes": summary, "steps": steps}
    return render(request, "policy/participation.html", context)


@audience("everyone")
def matthew(request: HttpRequest) -> HttpResponse:
    """Who learns and who does not: level, gap and ratio per group."""
    groups, measures = monitor.all_groups()
    suspect, suspect_sources = monitor.suspect_table()
    context = {
        "dimensions": monitor.dimension_views(),
        "places": monitor.places_view(),
        "women": monitor.women_view(),
        "groups": groups,
        "measures": measures,
        "elsewhere": monitor.elsewhere_views(),
        "suspect": suspect,
        "suspect_sources": suspect_sources,
    }
    return render(request, "policy/matthew.html", context)


@audience("everyone")
def use_of_rights(request: HttpRequest) -> HttpResponse:
    """Use against entitlement per group, with one filter. Small counts are hidden."""
    view = use.use_view(request.GET.dict())
    status = 422 if any(each.error for each in view.fields) else 200
    return render(request, "policy/use.html", {"view": view}, status=status)


@audience("everyone")
def barriers(request: HttpRequest) -> HttpResponse:
    """What people told helpers that stands in the way of learning, by quarter. Small counts are never in the file."""
    return render(request, "policy/barriers.html", {"table": use.barrier_table()})


@audience("everyone")
def scenario_list(request: HttpRequest) -> HttpResponse:
    """The scenarios that are ready, or what is missing to run them."""
    context = {"entries": scenarios.entries(), "missing": ", ".join(scenarios.missing())}
    return render(request, "policy/scenarios.html", context)


def _cannot_compute(request: HttpRequest, lacking: list[str]) -> HttpResponse:
    nothing = {"entries": [], "missing": ", ".join(lacking)}
    return render(request, "policy/scenarios.html", nothing, status=503)


@audience("everyone")
def portability(request: HttpRequest) -> HttpResponse:
    """What each change of work does to each right, in a scenario."""
    if lacking := scenarios.missing():
        return _cannot_compute(request, lacking)
    view = crossings.portability_view(request.GET.dict())
    return render(request, "policy/portability.html", {"view": view}, status=200 if view.keeps else 422)


@audience("everyone")
def conditions(request: HttpRequest) -> HttpResponse:
    """Conditions of different rights that ask almost the same, in a scenario."""
    if lacking := scenarios.missing():
        return _cannot_compute(request, lacking)
    view = crossings.conditions_view(request.GET.dict())
    status = 422 if any(each.error for each in view.fields) else 200
    return render(request, "policy/conditions.html", {"view": view}, status=status)


@audience("everyone", methods=("GET", "POST"), keeps_nothing=True)
def scenario(request: HttpRequest, identity: str) -> HttpResponse:
    """One scenario: run as it is, or as its form was changed; as a page, or as a table to keep."""
    reform = scenarios.find(identity)
    if reform is None:
        raise Http404
    lacking = scenarios.missing()
    if lacking:
        return _cannot_compute(request, lacking)
    view = scenarios.view(reform, cast("dict[str, str]", request.POST.dict()))
    if request.POST.get("as") == "csv" and view.comparison:
        return HttpResponse(
            view.comparison.results.csv(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{reform.id}.csv"'},
        )
    if request.POST.get("as") == "pdf" and view.comparison:
        from leerrekening.web.policy import workbench

        return HttpResponse(
            workbench.note(view.comparison, get_language() or "nl"),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{reform.id}.pdf"'},
        )
    fields = (*view.figures, *view.assumptions)
    context = {"view": view, "fields": fields}
    return render(request, "policy/scenario.html", context, status=200 if view.outcome else 422)
