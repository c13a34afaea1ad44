#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift does not import: one inline function for each
// argument type in use.

// Options that take a long, such as CURLOPT_FOLLOWLOCATION.
static inline CURLcode shim_curl_setopt_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

// Options that take a string, which libcurl copies, such as CURLOPT_URL.
static inline CURLcode shim_curl_setopt_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

// Options that take a pointer, which libcurl passes to callbacks, such as CURLOPT_WRITEDATA, or writes to, such as
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

// Information of type long, such as CURLINFO_RESPONSE_CODE; 0 if unavailable.
static inline long shim_curl_getinfo_long(CURL *handle, CURLINFO information) {
  long value = 0;
  return curl_easy_getinfo(handle, information, &value) == CURLE_OK ? value : 0;
}

// Information of type curl_off_t, such as CURLINFO_CONTENT_LENGTH_DOWNLOAD_T; -1 if unavailable.
static inline curl_off_t shim_curl_getinfo_offset(CURL *handle, CURLINFO information) {
  curl_off_t value = -1;
  return curl_easy_getinfo(handle, information, &value) == CURLE_OK ? value : -1;
}

// Restricts the URL and all redirects to HTTP and HTTPS. libcurl 7.85 renamed the option and deprecated the old name,
// so the preprocessor must choose.
static inline CURLcode shim_curl_allow_only_http(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

// A macro with a cast, which Swift does not import.
static inline long shim_CURL_GLOBAL_DEFAULT(void) { return CURL_GLOBAL_DEFAULT; }
