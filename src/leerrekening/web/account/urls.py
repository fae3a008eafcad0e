"""Addresses of an account, below the mount of the citizen or of a mandate. Another part adds its pages in a line."""

from django.urls import URLPattern, URLResolver, path

from leerrekening.web.account import views
from leerrekening.web.help.looked import looked

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="account"),
    path("/recht/<slug:instrument>", views.right, name="account_right"),
    path("/tijdlijn", views.time_line, name="account_timeline"),
    path("/afdruk", views.paper, name="account_print"),
    path("/gekeken", looked, name="account_looked"),
]
