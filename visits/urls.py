"""Addresses of visits. Tokens are random: whoever holds one sees that ticket or booking, without names and numbers."""

from django.urls import path

from visits.views import bookings, callbacks, counter, figures, kiosk, phone, screen, ticket

urlpatterns = [
    # a citizen
    path("visits/", bookings.mine, name="visits"),
    path("visits/book/", bookings.book_page, name="visit-book"),
    path("visits/phone/", phone.ask, name="visit-phone"),
    path("visits/call-me/", callbacks.ask, name="call-me"),
    path("visits/code/", phone.enter, name="visit-code"),
    path("visits/b/<str:booking>/", bookings.booking, name="booking"),
    path("visits/b/<str:booking>/move/", bookings.move, name="booking-move"),
    path("visits/b/<str:booking>/cancel/", bookings.cancel, name="booking-cancel"),
    path("visits/t/<str:ticket>/", ticket.ticket, name="ticket"),
    path("visits/t/<str:ticket>/leave/", ticket.leave_line, name="ticket-leave"),
    # in the hall
    path("halls/<slug:hall>/kiosk/", kiosk.kiosk, name="kiosk"),
    path("halls/<slug:hall>/kiosk/<str:ticket>/", kiosk.taken, name="kiosk-ticket"),
    path("halls/<slug:hall>/screen/", screen.screen, name="call-screen"),
    path("halls/<slug:hall>/screen/calls/", screen.calls, name="call-screen-calls"),
    # staff
    path("window/calls/", callbacks.calls, name="window-calls"),
    path("window/tickets/", counter.tickets, name="window-tickets"),
    path("window/tickets/line/", counter.line, name="window-tickets-line"),
    path("window/tickets/call/", counter.call, name="window-ticket-call"),
    path("window/tickets/take/", counter.take, name="window-ticket-take"),
    path("window/tickets/kiosk/", counter.set_up_kiosk, name="window-kiosk"),
    path("window/tickets/<int:ticket_id>/<slug:act>/", counter.act, name="window-ticket-act"),
    path("supervise/visits/", figures.figures, name="supervise-visits"),
]
