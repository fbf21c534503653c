#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "tls.h"

#define NAMES                                                                                                \
	"DNS:api.ebay.com,DNS:apiz.ebay.com,DNS:auth.ebay.com,DNS:i.ebayimg.com,DNS:localhost,IP:127.0.0.1," \
	"IP:::1"

static int
extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;
	int good;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	good = ext && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	return good;
}

/* A certificate for `key`; issuer NULL: signed by itself.  Its dates hold whatever clock a test runs under. */
static X509 *
certify(EVP_PKEY *key, const char *name, long serial, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *cert = X509_new();
	X509_NAME *subject = cert ? X509_get_subject_name(cert) : NULL;
	int good = subject && X509_set_version(cert, 2) &&
		   ASN1_INTEGER_set(X509_get_serialNumber(cert), serial) &&
		   ASN1_TIME_set_string(X509_getm_notBefore(cert), "20000101000000Z") &&
		   ASN1_TIME_set_string(X509_getm_notAfter(cert), "20491231235959Z") &&
		   X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
					      -1, 0) &&
		   X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject) &&
		   X509_set_pubkey(cert, key);

	if (issuer)
		good = good && extend(cert, issuer, NID_subject_alt_name, NAMES) &&
		       extend(cert, issuer, NID_authority_key_identifier, "keyid");
	else
		good = good && extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE") &&
		       extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") &&
		       extend(cert, cert, NID_subject_key_identifier, "hash");
	if (good && X509_sign(cert, issuer_key, EVP_sha256()))
		return cert;
	X509_free(cert);
	return NULL;
}

static int
write_pem(const char *file, X509 *cert)
{
	FILE *f = fopen(file, "w");
	int good = f && PEM_write_X509(f, cert);

	if (f && fclose(f))
		good = 0;
	return good;
}

SSL_CTX *
tls_setup(const char *ca_file)
{
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca = ca_key ? certify(ca_key, "Supercargo test market CA", 1, NULL, ca_key) : NULL;
	X509 *cert = ca && key ? certify(key, "api.ebay.com", 2, ca, ca_key) : NULL;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || !cert || SSL_CTX_use_certificate(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, key) != 1) {
		ERR_print_errors_fp(stderr);
		SSL_CTX_free(ctx);
		ctx = NULL;
	} else if (ca_file && !write_pem(ca_file, ca)) {
		perror(ca_file);
		SSL_CTX_free(ctx);
		ctx = NULL;
	}
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return ctx;
}
