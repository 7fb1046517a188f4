// The few libcrypto calls that Sealing needs, each as one function that takes plain buffers and owns what it allocates.
// Written in C because the EVP calls live on macros and on pointers that must outlive several calls.
#pragma once
#define OPENSSL_NO_DEPRECATED 1
#define OPENSSL_API_COMPAT 30000
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <stddef.h>
#include <stdint.h>

// Every function returns 1 on success and 0 on failure, and leaves libcrypto's error queue empty.

// AES-256-GCM, 96-bit nonce, 128-bit tag (NIST SP 800-38D). `out` has room for `in_len` bytes.
static inline int gw_aes256gcm_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_len,
                                    const uint8_t *in, size_t in_len, uint8_t *out, uint8_t *tag) {
    int ok = 0, n = 0;
    if (aad_len > INT32_MAX || in_len > INT32_MAX) return 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL && EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), key, nonce, NULL) == 1 &&
        (aad_len == 0 || EVP_EncryptUpdate(ctx, NULL, &n, aad, (int)aad_len) == 1) &&
        (in_len == 0 || EVP_EncryptUpdate(ctx, out, &n, in, (int)in_len) == 1) &&
        EVP_EncryptFinal_ex(ctx, out + in_len, &n) == 1 && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, 16, tag) == 1)
        ok = 1;
    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

// The reverse. On failure `out` is wiped: nobody sees a plaintext whose tag did not fit.
static inline int gw_aes256gcm_open(const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_len,
                                    const uint8_t *in, size_t in_len, const uint8_t *tag, uint8_t *out) {
    int ok = 0, n = 0;
    if (aad_len > INT32_MAX || in_len > INT32_MAX) return 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL && EVP_DecryptInit_ex2(ctx, EVP_aes_256_gcm(), key, nonce, NULL) == 1 &&
        (aad_len == 0 || EVP_DecryptUpdate(ctx, NULL, &n, aad, (int)aad_len) == 1) &&
        (in_len == 0 || EVP_DecryptUpdate(ctx, out, &n, in, (int)in_len) == 1) &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, 16, (void *)tag) == 1 &&
        EVP_DecryptFinal_ex(ctx, out + in_len, &n) == 1)
        ok = 1;
    if (!ok && in_len > 0) OPENSSL_cleanse(out, in_len);
    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

static inline int gw_sha256(const uint8_t *in, size_t in_len, uint8_t out[32]) {
    size_t n = 0;
    int ok = EVP_Q_digest(NULL, "SHA256", NULL, in, in_len, out, &n) == 1 && n == 32;
    ERR_clear_error();
    return ok;
}

static inline int gw_hmac_sha256(const uint8_t *key, size_t key_len, const uint8_t *in, size_t in_len,
                                 uint8_t out[32]) {
    size_t n = 0;
    static const uint8_t empty = 0;
    int ok = EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key_len ? key : &empty, key_len, in, in_len, out, 32, &n) !=
                 NULL && n == 32;
    ERR_clear_error();
    return ok;
}

// HKDF-SHA256 (RFC 5869), extract and expand. The setters copy what they are given.
static inline int gw_hkdf_sha256(const uint8_t *ikm, size_t ikm_len, const uint8_t *salt, size_t salt_len,
                                 const uint8_t *info, size_t info_len, uint8_t *out, size_t out_len) {
    int ok = 0;
    size_t n = out_len;
    if (ikm_len > INT32_MAX || salt_len > INT32_MAX || info_len > INT32_MAX) return 0;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    if (ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_CTX_set_hkdf_md(ctx, EVP_sha256()) == 1 &&
        EVP_PKEY_CTX_set1_hkdf_key(ctx, ikm, (int)ikm_len) == 1 &&
        (salt_len == 0 || EVP_PKEY_CTX_set1_hkdf_salt(ctx, salt, (int)salt_len) == 1) &&
        (info_len == 0 || EVP_PKEY_CTX_add1_hkdf_info(ctx, info, (int)info_len) == 1) &&
        EVP_PKEY_derive(ctx, out, &n) == 1 && n == out_len)
        ok = 1;
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

static inline int gw_random(uint8_t *out, size_t len) { return len <= INT32_MAX && RAND_bytes(out, (int)len) == 1; }
static inline int gw_equal(const uint8_t *a, const uint8_t *b, size_t len) { return CRYPTO_memcmp(a, b, len) == 0; }
static inline void gw_cleanse(uint8_t *p, size_t len) { OPENSSL_cleanse(p, len); }
