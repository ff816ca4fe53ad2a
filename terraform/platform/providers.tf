terraform {
  required_version = ">= 1.11.0"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "3.1.2"
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
  connection = {
    config_path    = local.kubeconfig
    config_context = local.context
  }
}

provider "helm" {
  kubernetes = local.connection
}

provider "kubernetes" {
  config_path    = local.connection.config_path
  config_context = local.connection.config_context
}
