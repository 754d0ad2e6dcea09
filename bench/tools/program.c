/* The smallest useful CGI program: what starting one costs. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    const char *query = getenv("QUERY_STRING");
    printf("Content-Type: text/plain\r\n\r\nhello, query=%s\n", query ? query : "");
    return 0;
}
