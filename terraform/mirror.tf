locals {
  # Values by which each chart takes its images from `image_registry`; null without it.
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
      # $${NAME} is for the operator: the last part of the image's own name.
      default = "${var.image_registry}/knative/$${NAME}:v${local.versions.knative}"
      # Of which serving and net-istio have two alike.
      override = {
        "net-istio-controller/controller" = "${var.image_registry}/knative/net-istio-controller:v${local.versions.knative}"
        "net-istio-webhook/webhook"       = "${var.image_registry}/knative/net-istio-webhook:v${local.versions.knative}"
      }
    }
    observability = {
      # Of its six charts five read the one and Alloy's the other.
      global = { imageRegistry = var.image_registry, image = { registry = var.image_registry } }
      # Alloy's chart names one image by a digest too, which is another's in a mirror that holds one platform only.
      alloy = { configReloader = { image = { tag = one([for name in keys(local.versions.images) :
        split(":", name)[1] if startswith(name, "prometheus-operator/prometheus-config-reloader:")
      ]) } } }
      mimir = { image = replace(local.observability.mimir.image, "/^[^/]+/", var.image_registry) }
    }
    service = { redis = { image = { repository = "${var.image_registry}/valkey/valkey" } } }
  }
}
