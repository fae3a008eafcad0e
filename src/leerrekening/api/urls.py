"""The addresses of the API, below /api/v1/."""

from django.urls import path

from leerrekening.api import views

urlpatterns = [
    path("decisions", views.decisions, name="api_decisions"),
    path("facts", views.facts, name="api_facts"),
    path("instruments", views.instruments, name="api_instruments"),
    path("instruments/<slug:name>", views.instrument, name="api_instrument"),
    path("openapi.json", views.openapi_document, name="api_openapi"),
    path("health", views.health, name="api_health"),
]
