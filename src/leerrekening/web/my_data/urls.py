"""Addresses within an account. `holder`: also for a helper under a mandate; `citizen`: for the person alone."""

from django.urls import URLPattern, path

from leerrekening.web.my_data import correcting, inbox, keeping, knowing, reach, telling

holder: list[URLPattern] = [
    path("/gegevens", knowing.facts_page, name="account_facts"),
    path("/vertel", telling.tell, name="account_tell"),
    path("/vertel/terug", telling.take_back, name="account_take_back"),
    path("/vertel/alles", telling.whole, name="account_whole"),
    path("/klopt-niet", correcting.correct, name="account_correct"),
    path("/verbeteringen", correcting.overview, name="account_corrections"),
    path("/verbeteringen/<str:number>", correcting.one, name="account_correction"),
    path("/verbeteringen/<str:number>/terug", correcting.withdraw, name="account_correction_withdraw"),
    path("/berichten", inbox.inbox, name="account_inbox"),
]
citizen: list[URLPattern] = [
    path("/bereikbaar", reach.contacts_page, name="account_contacts"),
    path("/mijn-gegevens", keeping.my_data, name="account_my_data"),
    path("/mijn-gegevens/kopie", keeping.ask_copy, name="account_copy_ask"),
    path("/mijn-gegevens/kopie/<uuid:key>", keeping.copy, name="account_copy"),
    path("/mijn-gegevens/toestemming", keeping.answer_consent, name="account_consent"),
]
