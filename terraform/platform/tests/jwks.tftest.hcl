# The public key of RFC 8032's first test vector.
run "as_in_rfc_8037" {
  command = plan

  module {
    source = "./modules/jwks"
  }

  variables {
    public_key = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
  }

  assert {
    condition     = jsondecode(output.jwks).keys[0] == { kty = "OKP", crv = "Ed25519", alg = "EdDSA", use = "sig", kid = "metrics", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
    error_message = "the key is RFC 8037's own example (appendix A.2), got ${output.jwks}"
  }
}
