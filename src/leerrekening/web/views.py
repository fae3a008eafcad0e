"""The pages that are not of one persona."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def start(request: HttpRequest) -> HttpResponse:
    """The start page."""
    return render(request, "start.html")
