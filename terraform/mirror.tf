locals {
  # Values by which each chart takes its images from `image_registry`; null without it.
  mirrored = var.image_registry == null ? null : {
    metallb = {
      controller = { image = { repository = "${var.image_registry}/metallb/controller" } }
      speaker    = { image = { repository = "${var.image_registry}/metallb/speaker" } }
    }
    istio        = { global = { hub = "${var.image_registry}/istio" } }
    cert_manager = { imageRegistry = var.image_registry }
    knative_operator = { knative_operator = {
      knative_operator = { image = "${var.image_registry}/knative/operator" }
      operator_webhook = { image = "${var.image_registry}/knative/operator-webhook" }
    } }
    # $${NAME} is for the operator: the container's name.
    knative = { registry = { default = "${var.image_registry}/knative/$${NAME}:v${local.versions.knative}" } }
    service = { redis = { image = { repository = "${var.image_registry}/valkey/valkey" } } }
  }
}
