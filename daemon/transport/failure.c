#include "daemon/transport/failure.h"

/* libcurl puts the cause into its words or leaves them empty; then its general text must do. */
static const char *
words(const struct failure *f)
{
	return *f->detail ? f->detail : curl_easy_strerror(f->code);
}

static void
say_timeout(const struct failure *f, struct err *err)
{
	if (f->left)
		fail(err, "%s: no whole answer in time; the host is slow or the network is", f->host);
	else
		fail(err, "%s: no connection in time; check the network, the name servers and the firewall",
		     f->host);
}

static void
say_cut(const struct failure *f, struct err *err)
{
	if (f->left)
		fail(err, "%s: the connection ended before the answer was whole (%s)", f->host, words(f));
	else
		fail(err, "%s: the connection ended before anything was asked (%s)", f->host, words(f));
}

void
failure_say(const struct failure *f, struct err *err)
{
	if (f->too_large) {
		fail(err,
		     "%s: the answer is larger than allowed (%zu bytes, or its headers); it was not read",
		     f->host, f->max_body);
		return;
	}
	if (!f->left && f->proxy_status >= 300) {
		fail(err, "%s: the proxy refused to connect there (status %ld); check the proxy setting",
		     f->host, f->proxy_status);
		return;
	}
	switch (f->code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		fail(err,
		     "%s: the name cannot be looked up; check the network and the name servers of this "
		     "machine",
		     f->host);
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		fail(err, "%s: the proxy's name cannot be looked up; check the proxy setting", f->host);
		break;
	case CURLE_COULDNT_CONNECT:
		fail(err, "%s: no connection (%s); check the network and the firewall", f->host, words(f));
		break;
	case CURLE_PROXY:
		fail(err, "%s: the proxy did not connect (%s); check the proxy setting", f->host, words(f));
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		fail(err,
		     "%s: its certificate is not accepted (%s); nothing was sent. If the host has its own "
		     "authority, set ca",
		     f->host, words(f));
		break;
	case CURLE_SSL_CACERT_BADFILE:
		fail(err, "%s: the ca file cannot be read; expected certificates in PEM form (%s)", f->host,
		     words(f));
		break;
	case CURLE_SSL_CONNECT_ERROR:
		fail(err, "%s: no secure connection (%s); nothing was sent", f->host, words(f));
		break;
	case CURLE_LOGIN_DENIED:
		fail(err, "%s: user or password were refused (%s)", f->host, words(f));
		break;
	case CURLE_USE_SSL_FAILED:
		fail(err, "%s: the mail server offers no TLS; nothing was sent", f->host);
		break;
	case CURLE_OPERATION_TIMEDOUT: say_timeout(f, err); break;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR: say_cut(f, err); break;
	default: fail(err, "%s: the exchange failed (%s)", f->host, words(f)); break;
	}
}
