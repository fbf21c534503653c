/* messages.h - what reading and writing messages share; private to world/ebay. */
#ifndef MARKET_EBAY_MESSAGES_H
#define MARKET_EBAY_MESSAGES_H

#include "state.h"

int one_of(const char *word, const char *const *words); /* words ends with NULL */
int all_digits(const char *);
int type_known(const char *type);
const char *type_of(const struct conversation *);

/* The vendor writes senderUsername where messages are read and senderUserName where they are sent. */
json_t *message_json(const struct ebay *, const struct conversation *, const struct message *,
		     const char *sender_key, const char *recipient_key);

#endif
