"""Pages that only tell: the start, and what this site is and does with your answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leerrekening.web.audience import audience


@audience("everyone")
def start(request: HttpRequest) -> HttpResponse:
    """What this is, and the two ways in."""
    return render(request, "pages/start.html")


@audience("everyone")
def about(request: HttpRequest) -> HttpResponse:
    """Who this is for, how it decides, where the law comes from."""
    return render(request, "pages/about.html")


@audience("everyone")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept: nothing."""
    return render(request, "pages/privacy.html")


@audience("everyone")
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the site is, how that was checked, and what is known to fall short."""
    return render(request, "pages/accessibility.html")
