/* tls.h - a CA of our own, made at every start, and a certificate of it for the platforms' host names. */
#ifndef MARKET_TLS_H
#define MARKET_TLS_H

#include <openssl/ssl.h>

/* Writes the CA's certificate (PEM) to ca_file.  NULL with a line on stderr. */
SSL_CTX *tls_setup(const char *ca_file);

#endif
