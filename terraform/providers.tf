terraform {
  required_version = ">= 1.9.0"

  required_providers {
    docker = {
      source  = "kreuzwerker/docker"
      version = "4.5.0"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "3.1.2"
    }
    kind = {
      source  = "tehcyx/kind"
      version = "0.11.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "3.2.1"
    }
    random = {
      source  = "hashicorp/random"
      version = "3.9.0"
    }
    tls = {
      source  = "hashicorp/tls"
      version = "4.2.1"
    }
  }
}

locals {
  # Access to the cluster: for a new one the credentials that kind returns, for an existing one a context of the kubeconfig.
  connection = var.provision_cluster ? {
    host                   = kind_cluster.this[0].endpoint
    client_certificate     = kind_cluster.this[0].client_certificate
    client_key             = kind_cluster.this[0].client_key
    cluster_ca_certificate = kind_cluster.this[0].cluster_ca_certificate
    config_path            = null
    config_context         = null
    } : {
    host                   = null
    client_certificate     = null
    client_key             = null
    cluster_ca_certificate = null
    config_path            = pathexpand(var.kubeconfig_path)
    config_context         = var.kubeconfig_context
  }
}

provider "kind" {}

# Uses DOCKER_HOST, or the platform's own socket. Needed only to derive the address pool.
provider "docker" {}

provider "helm" {
  kubernetes = local.connection
}

provider "kubernetes" {
  host                   = local.connection.host
  client_certificate     = local.connection.client_certificate
  client_key             = local.connection.client_key
  cluster_ca_certificate = local.connection.cluster_ca_certificate
  config_path            = local.connection.config_path
  config_context         = local.connection.config_context
}
