#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"

struct wire *wire;

void
wire_open(void)
{
	wire = mmap(NULL, sizeof *wire, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (wire == MAP_FAILED || sem_init(&wire->daemon_goes, 1, 0) || sem_init(&wire->world_goes, 1, 0)) {
		perror("wire");
		exit(1);
	}
}

void
wire_clear(void)
{
	wire->len = wire->at = 0;
}

void
wire_read(void)
{
	wire->at = 0;
}

static void
put(const void *bytes, size_t n)
{
	if (n > WIRE_BYTES - wire->len) {
		fprintf(stderr, "wire: more than %u bytes in one turn\n", WIRE_BYTES);
		abort();
	}
	if (n)
		memcpy(wire->bytes + wire->len, bytes, n);
	wire->len += n;
}

void
put_int(int64_t n)
{
	put(&n, sizeof n);
}

void
put_text(const char *text, size_t len)
{
	put_int(text ? (int64_t)len : -1);
	if (text) {
		put(text, len);
		put("", 1);
	}
}

int64_t
get_int(void)
{
	int64_t n = END_OF_MESSAGES;

	if (wire->at + sizeof n <= wire->len) {
		memcpy(&n, wire->bytes + wire->at, sizeof n);
		wire->at += sizeof n;
	}
	return n;
}

const char *
get_text(size_t *len)
{
	const int64_t n = get_int();
	const char *text = wire->bytes + wire->at;

	*len = n < 0 ? 0 : (size_t)n;
	if (n < 0)
		return NULL;
	wire->at += *len + 1;
	return text;
}

char *
take_text(size_t *len)
{
	const char *text = get_text(len);
	char *copy = must_alloc(*len + 1);

	memcpy(copy, text, *len + 1);
	return copy;
}
