# The providers random and tls are the real ones: Terraform cannot mock ephemeral resources, and these reach nothing.

mock_provider "helm" {}
mock_provider "kubernetes" {
  source = "./tests/mocks"
}

run "kind_as_it_comes" {
  command = plan

  assert {
    condition     = output.url == "https://gists.127.0.0.1.sslip.io" && output.hosts_entry == null && output.context == "kind-edge-gists"
    error_message = "got ${output.url}, ${jsonencode(output.hosts_entry)}, ${output.context}"
  }

  assert {
    condition     = can(regex("^dev.local/edge-gists:[0-9a-f]{16}$", output.image)) && length(terraform_data.image) == 1
    error_message = "the image is built here and named by its content, got ${output.image}"
  }

  assert {
    condition = alltrue([
      helm_release.istiod.repository == "https://blob.istio.io/istio-release/charts",
      helm_release.istiod.version == local.versions.charts.istiod.version,
      helm_release.knative_operator.version == "v${local.versions.knative}",
      yamldecode(helm_release.istiod.values[1]).global.hub == local.versions.istio_hub,
    ])
    error_message = "charts and images come from their own homes, in the versions of versions.json"
  }

  assert {
    condition = length(toset([for release in [
      helm_release.address_pool[0], helm_release.certificate_authority, helm_release.knative_serving, helm_release.mesh,
      helm_release.observability[0], helm_release.service[0],
    ] : regex("^[0-9a-f]{16}$", yamldecode(release.values[length(release.values) - 1]).global.chartHash)])) == 6
    error_message = "a release of a chart of ours is upgraded when a file of the chart changes"
  }

  assert {
    condition = alltrue([for release in [helm_release.ingress_gateway, helm_release.egress_gateway] :
      yamldecode(release.values[1]).podAnnotations["edge-gists/istio-version"] == local.versions.charts.gateway.version
    ])
    error_message = "the gateways' pods start again with another version of Istio"
  }

  assert {
    condition     = helm_release.ingress_gateway.name == "istio-ingressgateway" && helm_release.ingress_gateway.namespace == "istio-system"
    error_message = "Knative finds the gateway by this name"
  }

  assert {
    condition     = toset([for port in yamldecode(helm_release.ingress_gateway.values[2]).service.ports : try(port.nodePort, 0)]) == toset([0, 30080, 30443])
    error_message = "the gateway listens where Kind's ports are mapped to"
  }

  assert {
    condition     = alltrue([for namespace in kubernetes_namespace_v1.injected : namespace.metadata[0].labels["istio-injection"] == "enabled"])
    error_message = "sidecars are injected into every namespace of ours"
  }

  assert {
    condition     = alltrue([for namespace in kubernetes_namespace_v1.injected : namespace.metadata[0].labels["pod-security.kubernetes.io/enforce"] == "restricted"])
    error_message = "no pod of ours may have a right on its node"
  }

  assert {
    condition     = yamldecode(helm_release.istiod.values[0]).pilot.cni.enabled && helm_release.istio_cni.version == helm_release.istiod.version
    error_message = "istiod leaves the pods' traffic to the plugin, in its own version"
  }

  assert {
    condition     = length(kubernetes_secret_v1.redis) == 0 && yamldecode(helm_release.service[0].values[0]).redis.enabled
    error_message = "the shared cache exists, and only the mesh authorizes clients"
  }

  assert {
    condition     = length(helm_release.metallb) == 1 && length(helm_release.observability) == 1 && output.address_pool == "172.18.0.247-172.18.0.250"
    error_message = "MetalLB, with a derived pool, and the observability stack are installed"
  }
}

run "names_over_tls" {
  command = plan

  assert {
    condition     = output.grafana_url == "https://grafana.127.0.0.1.sslip.io" && output.metrics_url == "https://metrics.127.0.0.1.sslip.io/prometheus/api/v1"
    error_message = "got ${output.grafana_url}, ${output.metrics_url}"
  }

  assert {
    condition     = yamldecode(helm_release.mesh.values[1]).grafana.enabled && yamldecode(helm_release.mesh.values[1]).metrics.enabled
    error_message = "the gateway has both names"
  }
}

run "waits_until_it_answers" {
  command = plan

  variables {
    timeout_minutes = 7
  }

  assert {
    condition     = contains(local.kubectl_wait, "--timeout=7m") && contains(local.kubectl_wait, "kind-edge-gists")
    error_message = "got ${jsonencode(local.kubectl_wait)}"
  }

  assert {
    condition     = helm_release.service[0].timeout == 420
    error_message = "every part waits as long"
  }
}

run "full_profile" {
  command = plan

  variables {
    profile = "full"
  }

  assert {
    condition     = yamldecode(helm_release.istiod.values[1]).resources.requests.memory == "1Gi"
    error_message = "the full profile gives istiod more"
  }
}

run "overrides" {
  command = plan

  variables {
    cluster_name           = "demo"
    domain                 = "gists.example.org"
    https_port             = 8443
    metallb_pool           = "10.0.0.10-10.0.0.20"
    grafana_admin_user     = "root"
    grafana_admin_password = "correct horse battery"
    github_token           = "a,b"
    service_values         = ["autoscaling: { minScale: 1 }"]
  }

  assert {
    condition = (
      output.context == "kind-demo" && output.url == "https://gists.gists.example.org:8443"
      && yamldecode(helm_release.mesh.values[1]).service.httpsPort == 8443
      && merge([for values in helm_release.observability[0].values : try(yamldecode(values).global, {})]...).portSuffix == ":8443"
    )
    error_message = "got ${output.context}, ${output.url}"
  }

  assert {
    condition     = output.hosts_entry == "127.0.0.1 gists.gists.example.org grafana.gists.example.org metrics.gists.example.org"
    error_message = "got ${output.hosts_entry}"
  }

  assert {
    condition     = output.address_pool == "10.0.0.10-10.0.0.20"
    error_message = "a given pool is taken"
  }

  assert {
    condition     = output.grafana_admin_user == "root"
    error_message = "Grafana's administrator is as given"
  }

  assert {
    condition     = !strcontains(join("", helm_release.service[0].values), "a,b")
    error_message = "the token is not in Helm's release"
  }

  assert {
    condition     = yamldecode(helm_release.service[0].values[length(helm_release.service[0].values) - 1]).autoscaling.minScale == 1
    error_message = "service_values come last"
  }
}

run "existing_cluster" {
  command = plan

  variables {
    kubeconfig_context = "somewhere"
    https_port         = 8443
    image              = "registry.example.com/team/edge-gists@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    environment        = "production"
    redis_url          = "rediss://cache.example:6379"
    redis_cidr         = "10.20.0.0/16"
  }

  assert {
    condition     = helm_release.ingress_gateway.values[2] == file("../../istio/values/ingressgateway-production.yaml") && helm_release.egress_gateway.values[2] == file("../../istio/values/egressgateway-production.yaml") && helm_release.istiod.values[1] == file("../../istio/values/istiod-production.yaml")
    error_message = "gateways and istiod are production's"
  }

  assert {
    condition     = output.url == "https://gists.127.0.0.1.sslip.io:8443"
    error_message = "got ${output.url}"
  }

  assert {
    condition     = output.grafana_url == null && strcontains(output.next_steps, "port-forward -n observability svc/grafana")
    error_message = "Grafana is not at the gateway, and the next steps have the way to it"
  }

  assert {
    condition     = !can(yamldecode(helm_release.istiod.values[2]).resources)
    error_message = "the laptop's profile does not shrink istiod"
  }

  assert {
    condition     = length(helm_release.metallb) == 0 && length(terraform_data.image) == 0
    error_message = "no MetalLB is installed, and no image is made"
  }

  assert {
    condition     = output.context == "somewhere" && output.address_pool == null
    error_message = "the given context is used"
  }

  assert {
    condition     = yamldecode(helm_release.service[0].values[1]).image == { repository = "registry.example.com/team/edge-gists", tag = "", digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
    error_message = "an image by digest, got ${jsonencode(yamldecode(helm_release.service[0].values[1]).image)}"
  }

  assert {
    condition     = !can(yamldecode(helm_release.ingress_gateway.values[3]).service.ports)
    error_message = "its load balancer needs no fixed ports"
  }

  assert {
    condition     = helm_release.service[0].values[0] == file("../../knative/chart/values-production.yaml")
    error_message = "values of the environment"
  }

  assert {
    condition     = helm_release.observability[0].values[1] == file("../../observability/chart/values-sampled.yaml")
    error_message = "Alloy chooses the traces"
  }

  assert {
    condition     = length(yamldecode(helm_release.mesh.values[1]).egress.imageRegistries) == 0
    error_message = "an image by digest needs no registry access"
  }
}

run "image_by_a_tag" {
  command = plan

  variables {
    image       = "registry.example.com/team/edge-gists:1.0.0"
    environment = "staging"
  }

  assert {
    condition     = yamldecode(helm_release.mesh.values[1]).egress.imageRegistries == ["registry.example.com"]
    error_message = "Knative may ask that registry what the tag means, got ${jsonencode(yamldecode(helm_release.mesh.values[1]).egress.imageRegistries)}"
  }

  assert {
    condition     = yamldecode(helm_release.knative_serving.values[1]).registriesSkippingTagResolving == "kind.local,ko.local,dev.local"
    error_message = "and it does"
  }

  assert {
    condition     = kubernetes_secret_v1.redis[0].metadata[0].name == yamldecode(helm_release.service[0].values[0]).redis.passwordSecret
    error_message = "the shared cache's password is where the chart looks for it"
  }
}

run "external_redis" {
  command = plan

  variables {
    environment = "production"
    redis_url   = "rediss+cluster://edge-gists:s3cret@cache.example:6379"
    redis_ca    = "-----BEGIN CERTIFICATE-----"
    redis_cidr  = "10.20.0.0/16"
  }

  assert {
    condition     = length(kubernetes_secret_v1.redis) == 0 && !strcontains(join("", helm_release.service[0].values), "s3cret")
    error_message = "its URL is in no value of Helm, and there is no password of the chart's own"
  }

  assert {
    condition     = !yamldecode(helm_release.service[0].values[2]).redis.enabled && yamldecode(helm_release.service[0].values[2]).networkPolicy.redisCidr == "10.20.0.0/16"
    error_message = "the chart has no cache of its own, and the network is open"
  }

  assert {
    condition     = kubernetes_secret_v1.redis_tls[0].metadata[0].name == yamldecode(helm_release.service[0].values[2]).externalRedis.tlsSecret
    error_message = "the authority is where the chart looks for it"
  }
}

run "image_from_a_registry_with_a_port" {
  command = plan

  variables {
    image = "localhost:5000/team/edge-gists:1.2.3"
  }

  assert {
    condition     = yamldecode(helm_release.service[0].values[1]).image == { repository = "localhost:5000/team/edge-gists", tag = "1.2.3", digest = "" }
    error_message = "got ${jsonencode(yamldecode(helm_release.service[0].values[1]).image)}"
  }

  assert {
    condition     = length(terraform_data.image) == 0
    error_message = "nothing is built"
  }

  assert {
    condition     = yamldecode(helm_release.knative_serving.values[1]).registriesSkippingTagResolving == "kind.local,ko.local,dev.local,localhost:5000" && length(yamldecode(helm_release.mesh.values[1]).egress.imageRegistries) == 0
    error_message = "a registry at another port is not asked"
  }
}

run "without_the_internet" {
  command = plan

  variables {
    chart_source   = "/charts"
    image_registry = "mirror.example.com:5000/all"
  }

  assert {
    condition = alltrue([for release in [
      helm_release.metallb[0], helm_release.istio_base, helm_release.istiod, helm_release.istio_cni, helm_release.ingress_gateway,
      helm_release.egress_gateway, helm_release.cert_manager, helm_release.knative_operator,
    ] : startswith(release.chart, "/charts/") && endswith(release.chart, ".tgz") && release.repository == null])
    error_message = "every chart comes from the folder"
  }

  assert {
    condition     = alltrue([for release in [helm_release.istiod, helm_release.istio_cni] : yamldecode(release.values[1]).global.hub == "mirror.example.com:5000/all/istio"])
    error_message = "Istio's images"
  }

  assert {
    condition     = yamldecode(helm_release.knative_serving.values[1]).registry.default == "mirror.example.com:5000/all/knative/$${NAME}:v${local.versions.knative}"
    error_message = "Knative's images"
  }

  # Serving and net-istio both have a controller and a webhook.
  assert {
    condition     = yamldecode(helm_release.knative_serving.values[1]).registry.override["net-istio-controller/controller"] == "mirror.example.com:5000/all/knative/net-istio-controller:v${local.versions.knative}"
    error_message = "net-istio's images have names of their own"
  }

  assert {
    condition = alltrue([
      yamldecode(helm_release.observability[0].values[1]).global == { imageRegistry = "mirror.example.com:5000/all", image = { registry = "mirror.example.com:5000/all" } },
      yamldecode(helm_release.observability[0].values[1]).alloy.configReloader.image.tag == "v0.91.0",
      startswith(yamldecode(helm_release.observability[0].values[1]).mimir.image, "mirror.example.com:5000/all/grafana/mimir:"),
      helm_release.observability[0].dependency_update == false,
    ])
    error_message = "the observability stack's images, and its charts are there already"
  }

  assert {
    condition     = yamldecode(helm_release.knative_operator.values[0]).knative_operator.kubernetes_min_version == "v1.34.0" && yamldecode(helm_release.knative_operator.values[0]).knative_operator.knative_operator.image == "mirror.example.com:5000/all/knative/operator"
    error_message = "the operator's image, and its other values stay"
  }

  # The names read from the mirror are those that `npm run mirror` writes.
  assert {
    condition = alltrue([for name in ["controller", "webhook", "queue", "activator", "autoscaler", "net-istio-controller", "net-istio-webhook", "operator", "operator-webhook"] :
      contains(keys(local.versions.images), "knative/${name}:v${local.versions.knative}")
    ])
    error_message = "versions.json lists Knative's images"
  }

  assert {
    condition     = yamldecode(helm_release.metallb[0].values[0]).speaker.image.repository == "mirror.example.com:5000/all/metallb/speaker" && yamldecode(helm_release.metallb[0].values[0]).speaker.frr.enabled == false
    error_message = "MetalLB's images, and its other values stay"
  }

  assert {
    condition     = yamldecode(helm_release.cert_manager.values[0]).imageRegistry == "mirror.example.com:5000/all" && yamldecode(helm_release.service[0].values[1]).redis.image.repository == "mirror.example.com:5000/all/valkey/valkey"
    error_message = "cert-manager's and Valkey's images"
  }
}

run "without_observability" {
  command = plan

  variables {
    observability_enabled = false
  }

  assert {
    condition     = length(helm_release.observability) == 0 && length(kubernetes_secret_v1.grafana_admin) == 0 && output.grafana_url == null
    error_message = "nothing of it is installed"
  }

  assert {
    condition     = yamldecode(helm_release.service[0].values[1]).telemetry.otlpEndpoint == "" && yamldecode(helm_release.knative_serving.values[1]).telemetry.otlpEndpoint == "" && yamldecode(helm_release.mesh.values[1]).grafana.enabled == false && yamldecode(helm_release.mesh.values[1]).metrics.enabled == false && output.metrics_url == null
    error_message = "nothing is sent to it, and no host leads to it"
  }
}

run "for_manifests" {
  command = plan

  variables {
    deploy_service = false
  }

  assert {
    condition     = length(helm_release.service) == 0 && length(terraform_data.image) == 0 && length(terraform_data.service_ready) == 0
    error_message = "the service is not installed, and its image is not built"
  }

  assert {
    condition     = length(helm_release.observability) == 1 && helm_release.mesh.name == "edge-gists-mesh"
    error_message = "what it needs is"
  }
}

run "another_cluster_of_two_on_a_machine" {
  command = plan

  variables {
    cluster_name = "second"
  }

  override_data {
    target = data.kubernetes_nodes.all
    values = {
      nodes = [{
        metadata = [{ annotations = {}, generation = 0, labels = { "node-role.kubernetes.io/control-plane" = "" }, name = "", resource_version = "", uid = "" }]
        spec     = [{ pod_cidr = "", pod_cidrs = [], provider_id = "", taints = [], unschedulable = false }]
        status   = [{ addresses = [{ type = "InternalIP", address = "172.18.0.3" }], allocatable = {}, capacity = { cpu = "8", memory = "32000000Ki" }, conditions = [], node_info = [] }]
      }]
    }
  }

  assert {
    condition     = output.address_pool == "172.18.0.243-172.18.0.246" && output.context == "kind-second"
    error_message = "it has other addresses for load balancers, got ${output.address_pool}"
  }
}

run "too_small_a_machine" {
  command = plan

  override_data {
    target = data.kubernetes_nodes.all
    values = {
      nodes = [for name in ["control-plane", "worker"] : {
        metadata = [{ annotations = {}, generation = 0, labels = { "node-role.kubernetes.io/${name}" = "" }, name = name, resource_version = "", uid = "" }]
        spec     = [{ pod_cidr = "", pod_cidrs = [], provider_id = "", taints = [], unschedulable = false }]
        status   = [{ addresses = [{ type = "InternalIP", address = "172.18.0.2" }], allocatable = {}, capacity = { cpu = "4", memory = "4000000Ki" }, conditions = [], node_info = [] }]
      }]
    }
  }

  # Both nodes are the same machine.
  expect_failures = [check.machine]
}

run "enough_without_the_observability_stack" {
  command = plan

  variables {
    observability_enabled = false
  }

  override_data {
    target = data.kubernetes_nodes.all
    values = {
      nodes = [{
        metadata = [{ annotations = {}, generation = 0, labels = { "node-role.kubernetes.io/control-plane" = "" }, name = "", resource_version = "", uid = "" }]
        spec     = [{ pod_cidr = "", pod_cidrs = [], provider_id = "", taints = [], unschedulable = false }]
        status   = [{ addresses = [{ type = "InternalIP", address = "172.18.0.2" }], allocatable = {}, capacity = { cpu = "4", memory = "4000000Ki" }, conditions = [], node_info = [] }]
      }]
    }
  }

  assert {
    condition     = local.has.memory_gib == 3
    error_message = "got ${local.has.memory_gib}"
  }
}

run "too_old_a_cluster" {
  command = plan

  override_data {
    target = data.kubernetes_nodes.all
    values = {
      nodes = [{
        metadata = [{ annotations = {}, generation = 0, labels = { "node-role.kubernetes.io/control-plane" = "" }, name = "", resource_version = "", uid = "" }]
        spec     = [{ pod_cidr = "", pod_cidrs = [], provider_id = "", taints = [], unschedulable = false }]
        status = [{
          addresses   = [{ type = "InternalIP", address = "172.18.0.2" }]
          allocatable = {}
          capacity    = { cpu = "8", memory = "32000000Ki" }
          conditions  = []
          node_info   = [{ architecture = "", boot_id = "", container_runtime_version = "", kernel_version = "", kube_proxy_version = "", kubelet_version = "v1.31.4", machine_id = "", operating_system = "", os_image = "", system_uuid = "" }]
        }]
      }]
    }
  }

  expect_failures = [check.kubernetes]
}

run "production_on_kind" {
  command = plan

  variables {
    environment    = "production"
    service_values = ["redis: {enabled: true, allowInProduction: true}", "externalRedis: {required: false}"]
  }

  assert {
    condition     = yamldecode(helm_release.ingress_gateway.values[3]).service.externalTrafficPolicy == "Cluster"
    error_message = "the mapped ports lead to one node, which may have no gateway"
  }

  assert {
    condition     = yamldecode(helm_release.service[0].values[1]).imagePolicy.tagsAllowed == ["dev.local/edge-gists", "docker.io/istio/proxyv2", "gcr.io/knative-releases/knative.dev/serving/cmd/queue", "docker.io/valkey/valkey"]
    error_message = "images without a digest are named, got ${jsonencode(yamldecode(helm_release.service[0].values[1]).imagePolicy)}"
  }
}

run "production_with_one_valkey" {
  command = plan

  variables {
    environment = "production"
    image       = "registry.example.com/team/edge-gists:1.0.0"
  }

  expect_failures = [helm_release.service]
}

run "production_by_a_tag_that_nobody_resolves" {
  command = plan

  variables {
    environment = "production"
    image       = "registry.example.com:5000/edge-gists:1.0.0"
    redis_url   = "rediss://cache.example:6379"
    redis_cidr  = "10.20.0.0/16"
  }

  expect_failures = [helm_release.service]
}

run "null_is_the_default" {
  command = plan

  variables {
    cluster_name          = null
    kubeconfig_path       = null
    profile               = null
    domain                = null
    listen_address        = null
    https_port            = null
    environment           = null
    deploy_service        = null
    service_values        = null
    github_token          = null
    redis_url             = null
    redis_ca              = null
    redis_cidr            = null
    observability_enabled = null
    grafana_admin_user    = null
    timeout_minutes       = null
  }

  assert {
    condition     = output.url == "https://gists.127.0.0.1.sslip.io" && output.context == "kind-edge-gists" && length(helm_release.service) == 1
    error_message = "got ${output.url}, ${output.context}"
  }
}

run "a_registry_with_tokens_from_another_host" {
  command = plan

  variables {
    image = "registry.gitlab.com/team/edge-gists:1.0.0"
  }

  assert {
    condition     = yamldecode(helm_release.mesh.values[1]).egress.imageRegistries == ["registry.gitlab.com", "gitlab.com"]
    error_message = "got ${helm_release.mesh.values[1]}"
  }
}
