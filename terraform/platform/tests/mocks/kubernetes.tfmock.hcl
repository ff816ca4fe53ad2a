# A Kind cluster with one node, of a machine that is large enough.
mock_data "kubernetes_nodes" {
  defaults = {
    nodes = [{
      metadata = [{
        annotations      = {}
        generation       = 0
        labels           = { "node-role.kubernetes.io/control-plane" = "" }
        name             = "edge-gists-control-plane"
        resource_version = "1"
        uid              = "0"
      }]
      spec = [{ pod_cidr = "", pod_cidrs = [], provider_id = "", taints = [], unschedulable = false }]
      status = [{
        addresses = [
          { type = "InternalIP", address = "fc00:f853:ccd:e793::2" },
          { type = "InternalIP", address = "172.18.0.2" },
          { type = "Hostname", address = "edge-gists-control-plane" },
        ]
        allocatable = {}
        capacity    = { cpu = "4", memory = "24000000Ki" }
        conditions  = []
        node_info = [{
          architecture              = "amd64"
          boot_id                   = ""
          container_runtime_version = ""
          kernel_version            = ""
          kube_proxy_version        = ""
          kubelet_version           = "v1.35.0"
          machine_id                = ""
          operating_system          = "linux"
          os_image                  = ""
          system_uuid               = ""
        }]
      }]
    }]
  }
}

# The public key of RFC 8032's first test vector, in PEM.
mock_data "kubernetes_secret_v1" {
  defaults = {
    data = {
      "public.pem" = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
    }
  }
}
