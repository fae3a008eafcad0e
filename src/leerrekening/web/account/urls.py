"""Addresses of an account, below the mount of the citizen or of a mandate. Another part adds its pages in a line."""

from django.urls import URLPattern, URLResolver, path

from leerrekening.web.account import sheet, supposing, views
from leerrekening.web.help.looked import looked
from leerrekening.web.my_data import urls as my_data

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="account"),
    path("/recht/<slug:instrument>", views.right, name="account_right"),
    path("/tijdlijn", views.time_line, name="account_timeline"),
    path("/wat-als", supposing.what_if_page, name="account_what_if"),
    path("/als-uw-werk-verandert", supposing.status_matrix, name="account_status_matrix"),
    path("/afdruk", views.paper, name="account_print"),
    path("/overzicht.pdf", sheet.sheet, name="account_sheet"),
    path("/gekeken", looked, name="account_looked"),
    *my_data.holder,
]
