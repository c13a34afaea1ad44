#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift does not import: one inline function for each
// type of argument that is used.

// Options that take a long, such as CURLOPT_FOLLOWLOCATION.
static inline CURLcode shim_curl_setopt_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

// Options that take a string, which libcurl copies, such as CURLOPT_URL.
static inline CURLcode shim_curl_setopt_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

// Options that take a pointer, which libcurl hands back to callbacks, such as CURLOPT_WRITEDATA, or writes to, as
// CURLOPT_ERRORBUFFER.
static inline CURLcode shim_curl_setopt_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, which share a signature.
static inline CURLcode shim_curl_setopt_data_callback(
    CURL *handle, CURLoption option, size_t (*callback)(char *, size_t, size_t, void *)) {
  return curl_easy_setopt(handle, option, callback);
}

// CURLOPT_XFERINFOFUNCTION.
static inline CURLcode shim_curl_setopt_progress_callback(
    CURL *handle, int (*callback)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t)) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

// Information that is a long, such as CURLINFO_RESPONSE_CODE; 0 where there is none.
static inline long shim_curl_getinfo_long(CURL *handle, CURLINFO information) {
  long value = 0;
  return curl_easy_getinfo(handle, information, &value) == CURLE_OK ? value : 0;
}

// Information that is an offset, such as CURLINFO_CONTENT_LENGTH_DOWNLOAD_T; -1 where there is none.
static inline curl_off_t shim_curl_getinfo_offset(CURL *handle, CURLINFO information) {
  curl_off_t value = -1;
  return curl_easy_getinfo(handle, information, &value) == CURLE_OK ? value : -1;
}

// Neither the address nor a redirection may leave HTTP. The option was renamed in libcurl 7.85, and the older name
// is deprecated since: a choice for the preprocessor.
static inline CURLcode shim_curl_allow_only_http(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

// A macro with a cast.
static inline long shim_CURL_GLOBAL_DEFAULT(void) { return CURL_GLOBAL_DEFAULT; }
