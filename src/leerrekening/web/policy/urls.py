"""Addresses below /beleid."""

from django.urls import path

from leerrekening.web.policy import views

urlpatterns = [
    path("", views.index, name="policy"),
    path("/deelname", views.participation, name="policy_participation"),
    path("/ongelijkheid", views.matthew, name="policy_matthew"),
    path("/gebruik", views.use_of_rights, name="policy_use"),
    path("/drempels", views.barriers, name="policy_barriers"),
    path("/ander-werk", views.portability, name="policy_portability"),
    path("/voorwaarden", views.conditions, name="policy_conditions"),
    path("/scenario", views.scenario_list, name="policy_scenarios"),
    path("/scenario/<slug:identity>", views.scenario, name="policy_scenario"),
]
