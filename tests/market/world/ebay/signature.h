/* signature.h - digital signatures of requests that move money; private to world/ebay. */
#ifndef MARKET_EBAY_SIGNATURE_H
#define MARKET_EBAY_SIGNATURE_H

#include "base/text.h"
#include "call.h"

/* 1, or 0: answered with the vendor's refusal.  Only asked of sellers in the EU and the UK. */
int signature_good(struct call *);

#endif
