# The public half of an Ed25519 key as a set of JSON Web Keys, from PEM.

variable "public_key" {
  description = "Public key in PEM."
  type        = string
}

locals {
  # A public key in PEM is base64 of 12 fixed bytes that identify Ed25519 (16 characters), then the key's 32 bytes (44
  # characters; RFC 8410). A JWK has only the key, as base64url (RFC 8037).
  base64 = substr(replace(var.public_key, "/-----[A-Z ]+-----|\\s/", ""), 16, -1)
}

output "jwks" {
  description = "JSON Web Key Set."
  value = jsonencode({ keys = [{
    kty = "OKP"
    crv = "Ed25519"
    alg = "EdDSA"
    use = "sig"
    kid = "metrics"
    x   = replace(replace(replace(local.base64, "+", "-"), "/", "_"), "=", "")
  }] })
}
