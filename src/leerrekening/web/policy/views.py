"""The pages for policy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leerrekening.web.audience import audience
from leerrekening.web.policy import monitor, use


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
