/* history.c - a long past for a seller who never answered: repeatable for a seed. */
#include <stdio.h>
#include <string.h>

#include "state.h"

static const struct site {
	const char *marketplace, *country, *city, *postal, *name;
	const char *questions[3];
} sites[] = {
	{"EBAY_DE",
	 "DE",
	 "Berlin",
	 "10115",
	 "Erika Mustermann",
	 {"Hallo, wo bleibt meine Bestellung?", "Wann wird der Artikel verschickt?",
	  "Guten Tag, der Artikel kam leider beschädigt an. Wie kann ich ihn zurückgeben?"}},
	{"EBAY_US",
	 "US",
	 "Springfield",
	 "00000",
	 "Jane Example",
	 {"Where is my order?", "Hi, has it been shipped yet? Tracking doesn't work.",
	  "It doesn't fit, I'd like to return it."}},
	{"EBAY_FR",
	 "FR",
	 "Lyon",
	 "69001",
	 "Jeanne Exemple",
	 {"Bonjour, où est mon colis ?", "Quand allez-vous expédier ma commande ?",
	  "Je voudrais annuler ma commande."}},
	{"EBAY_ES",
	 "ES",
	 "Madrid",
	 "28001",
	 "Juan Ejemplo",
	 {"¿Dónde está mi pedido?", "Todavía no ha llegado el paquete.", "Quiero devolver el artículo."}},
	{"EBAY_IT",
	 "IT",
	 "Milano",
	 "20121",
	 "Mario Esempio",
	 {"Dov'è il mio ordine?", "Quando spedite?", "Grazie, tutto perfetto!"}},
};
#define N_SITES (sizeof sites / sizeof *sites)

#define LISTINGS 40

static struct listing *
new_listing(struct ebay *e, const struct site *s, int i)
{
	struct listing *l = must_zalloc(sizeof *l);
	char text[64];

	snprintf(text, sizeof text, "%d", 1200000 + i);
	l->item = must_zalloc(16);
	snprintf(l->item, 16, "11%010d", 12000000 + i);
	l->title = must_zalloc(32);
	snprintf(l->title, 32, "Example article %d", i + 1);
	set_text(&l->sku, text);
	set_text(&l->marketplace, s->marketplace);
	snprintf(l->price.currency, sizeof l->price.currency, "%s", strcmp(s->country, "US") ? "EUR" : "USD");
	l->postage = l->price;
	l->price.minor = 990 + 137 * i;
	l->postage.minor = 490;
	*GROW(e->listings, e->n_listings) = l;
	return l;
}

static struct buyer *
new_buyer(struct ebay *e, const struct site *s, int i)
{
	struct buyer *b = must_zalloc(sizeof *b);
	char name[48];

	snprintf(name, sizeof name, "example_buyer_%d", i + 1);
	set_text(&b->username, name);
	snprintf(name, sizeof name, "buyer%d@members.example", i + 1);
	set_text(&b->email, name);
	set_text(&b->name, s->name);
	set_text(&b->street, "Example Street 1");
	set_text(&b->city, s->city);
	set_text(&b->postal, s->postal);
	set_text(&b->country, s->country);
	*GROW(e->buyers, e->n_buyers) = b;
	return b;
}

void
ebay_history(struct ebay *e, int days, int messages, int orders, uint64_t seed, int64_t now)
{
	uint64_t noise = seed;
	struct listing *listings[LISTINGS];
	int buyers = orders > messages ? orders : messages;

	for (int i = 0; i < LISTINGS; i++)
		listings[i] = new_listing(e, &sites[i % N_SITES], i);
	for (int i = 0; i < buyers; i++) {
		/* one buyer each, so that every question is a conversation of its own */
		const struct site *s = &sites[mix(&noise) % N_SITES];
		struct buyer *b = new_buyer(e, s, i);
		struct listing *l = listings[mix(&noise) % LISTINGS];
		int64_t at = now - (int64_t)(mix(&noise) % (uint64_t)((days > 0 ? days : 1) * DAY)) - MINUTE;

		if (i < orders) {
			struct order *o = add_order(e, NULL, b, s->marketplace, at);
			struct line *line = add_line(e, o, l, 1 + (int)(mix(&noise) % 3));

			if (at + 2 * DAY < now && mix(&noise) % 8) {
				struct shipment *sh =
					add_shipment(e, o, at + DAY + (int64_t)(mix(&noise) % (uint64_t)DAY));

				set_text(&sh->carrier, "DHL");
				sh->tracking = must_zalloc(24);
				snprintf(sh->tracking, 24, "EXAMPLE%012d", i);
				line->shipment = 1;
				o->modified = sh->at;
			}
		}
		if (i < messages) {
			int64_t asked = at + (int64_t)(mix(&noise) % (uint64_t)(now - at));

			add_message(e, open_conversation(e, b, l, asked), FROM_BUYER, VIA_SITE,
				    s->questions[mix(&noise) % 3], asked);
		}
	}
}
