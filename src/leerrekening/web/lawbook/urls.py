"""The addresses of the law book, below `wetboek`. Words come before names, so no right can hide them."""

from django.urls import URLPattern, path

from leerrekening.web.lawbook import views

urlpatterns: list[URLPattern] = [
    path("", views.index, name="law_book"),
    path("/niet-bevestigd", views.unconfirmed, name="law_book_unconfirmed"),
    path("/samen-gebruiken", views.combining, name="law_book_combining"),
    path("/gegevens", views.facts, name="law_book_facts"),
    path("/<slug:instrument>", views.instrument, name="law_book_instrument"),
    path("/<slug:instrument>/voorbeelden/<slug:case>", views.example, name="law_book_example"),
    path("/<slug:instrument>/bestanden/<str:file>", views.download, name="law_book_file"),
]
