locals {
  # Values that make each chart pull its images from `image_registry`. Null without it.
  mirrored = var.image_registry == null ? null : {
    metallb = {
      controller = { image = { repository = "${var.image_registry}/metallb/controller" } }
      speaker    = { image = { repository = "${var.image_registry}/metallb/speaker" } }
    }
    istio        = { global = { hub = "${var.image_registry}/istio" } }
    cert_manager = { imageRegistry = var.image_registry }
    knative_operator = {
      knative_operator = { image = "${var.image_registry}/knative/operator" }
      operator_webhook = { image = "${var.image_registry}/knative/operator-webhook" }
    }
    knative = {
      # The operator replaces $${NAME} by the last part of the image's name.
      default = "${var.image_registry}/knative/$${NAME}:v${local.versions.knative}"
      # Serving and net-istio both have a controller and a webhook.
      override = {
        "net-istio-controller/controller" = "${var.image_registry}/knative/net-istio-controller:v${local.versions.knative}"
        "net-istio-webhook/webhook"       = "${var.image_registry}/knative/net-istio-webhook:v${local.versions.knative}"
      }
    }
    observability = {
      # Alloy's chart reads `image.registry`, the other five read `imageRegistry`.
      global = { imageRegistry = var.image_registry, image = { registry = var.image_registry } }
      # Alloy's chart also pins one image by digest. A mirror with a single platform has another digest.
      alloy = { configReloader = { image = { tag = one([for name in keys(local.versions.images) :
        split(":", name)[1] if startswith(name, "prometheus-operator/prometheus-config-reloader:")
      ]) } } }
      mimir = { image = replace(local.observability.mimir.image, "/^[^/]+/", var.image_registry) }
    }
    service = { redis = { image = { repository = "${var.image_registry}/valkey/valkey" } } }
  }
}
