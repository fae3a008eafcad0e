"""Addresses of help. What is below a mandate is opened by that mandate alone."""

from django.urls import URLPattern, path

from leerrekening.web.help import citizen, mandates, sessions

urlpatterns: list[URLPattern] = [
    path("", mandates.workbench, name="help"),
    path("/nieuw", mandates.ask, name="help_ask"),
    path("/vraag/<uuid:request_id>", mandates.asked, name="help_asked"),
    path("/vraag/<uuid:request_id>/formulier", mandates.form, name="help_form"),
    path("/vraag/<uuid:request_id>/doorgeven", mandates.hand_over, name="help_hand_over"),
    path("/vraag/<uuid:request_id>/stoppen", mandates.end, name="help_end"),
    path("/<uuid:mandate>/begonnen", sessions.begun, name="help_begun"),
    path("/<uuid:mandate>/gesprek", sessions.conversation, name="help_conversation"),
    path("/<uuid:mandate>/afsluiten", sessions.close, name="help_close"),
    path("/<uuid:mandate>/einde", sessions.end, name="help_stop_helping"),
    path("/<uuid:mandate>/brief", sessions.letter, name="help_letter"),
    path("/stoppen", citizen.stop, name="help_stop"),
    path("/beantwoord", citizen.answered, name="help_answered"),
]
# Below the citizen's own account alone.
own_account: list[URLPattern] = [
    path("/helpers", citizen.helpers, name="account_helpers"),
    path("/helpers/gesprekken", citizen.talks, name="account_talks"),
    path("/helpers/vraag", citizen.code, name="account_helper_code"),
    path("/helpers/vraag/<uuid:request_id>", citizen.answer, name="account_helper_asks"),
    path("/helpers/<uuid:mandate_id>/stoppen", citizen.end, name="account_helper_end"),
]
