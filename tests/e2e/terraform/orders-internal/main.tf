# The recorded program orders-internal, as a configuration.
terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}

provider "huaweicloud" {
  region = "cn-north-4"
}

variable "image" {
  type      = string
  default   = "7d1e2e10-image"
  sensitive = true
}

locals {
  tags = { team = "orders", stage = "dev", exposure = "internal" }
}

resource "huaweicloud_vpc" "orders" {
  name = "orders-vpc"
  cidr = "10.20.0.0/16"
  tags = local.tags
}

resource "huaweicloud_vpc_subnet" "apps" {
  name       = "orders-apps"
  vpc_id     = huaweicloud_vpc.orders.id
  cidr       = "10.20.1.0/24"
  gateway_ip = "10.20.1.1"
}

resource "huaweicloud_vpc_subnet" "edge" {
  name       = "orders-edge"
  vpc_id     = huaweicloud_vpc.orders.id
  cidr       = "10.20.2.0/24"
  gateway_ip = "10.20.2.1"
}

resource "huaweicloud_networking_secgroup" "gateway" {
  name        = "orders-gateway"
  description = "APIG, callers inside the VPC"
}

resource "huaweicloud_networking_secgroup_rule" "gateway" {
  security_group_id = huaweicloud_networking_secgroup.gateway.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  ports             = "443"
  remote_ip_prefix  = "10.20.0.0/16"
}

resource "huaweicloud_networking_secgroup" "app" {
  name = "orders-app"
}

resource "huaweicloud_networking_secgroup_rule" "app" {
  for_each          = toset(["10.20.2.0/24", "100.125.0.0/16"])
  security_group_id = huaweicloud_networking_secgroup.app.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  ports             = "8080"
  remote_ip_prefix  = each.value
}

resource "huaweicloud_compute_instance" "orders" {
  count              = 2
  name               = "orders-${count.index}"
  image_id           = var.image
  flavor_id          = "c7n.large.2"
  availability_zone  = "cn-north-4${count.index == 0 ? "a" : "b"}"
  security_group_ids = [huaweicloud_networking_secgroup.app.id]
  key_pair           = "ops"
  system_disk_type   = "GPSSD"
  system_disk_size   = 40
  tags               = local.tags
  network {
    uuid = huaweicloud_vpc_subnet.apps.id
  }
}

resource "huaweicloud_apig_instance" "orders-gateway" {
  name                            = "orders-gateway"
  edition                         = "PROFESSIONAL"
  vpc_id                          = huaweicloud_vpc.orders.id
  subnet_id                       = huaweicloud_vpc_subnet.edge.id
  security_group_id               = huaweicloud_networking_secgroup.gateway.id
  availability_zones              = ["cn-north-4a", "cn-north-4b"]
  bandwidth_size                  = "5"
  ingress_bandwidth_size          = 5
  ingress_bandwidth_charging_mode = "bandwidth"
  maintain_begin                  = "22:00:00"
  tags                            = local.tags
}

resource "huaweicloud_apig_environment" "production" {
  instance_id = huaweicloud_apig_instance.orders-gateway.id
  name        = "production"
}

resource "huaweicloud_apig_group" "orders" {
  instance_id = huaweicloud_apig_instance.orders-gateway.id
  name        = "orders"
}

resource "huaweicloud_apig_vpc_channel" "servers" {
  instance_id = huaweicloud_apig_instance.orders-gateway.id
  name        = "orders-servers"
  port        = 8080
  protocol    = "HTTP"
  path        = "/healthz"
  http_code   = "200"
  members {
    id     = huaweicloud_compute_instance.orders[0].id
    weight = 50
  }
  members {
    id     = huaweicloud_compute_instance.orders[1].id
    weight = 50
  }
}

resource "huaweicloud_apig_api" "list" {
  instance_id             = huaweicloud_apig_instance.orders-gateway.id
  group_id                = huaweicloud_apig_group.orders.id
  name                    = "list_orders"
  type                    = "Private"
  request_protocol        = "HTTPS"
  request_method          = "GET"
  request_path            = "/orders"
  security_authentication = "APP"
  web {
    path             = "/v2/orders"
    request_method   = "GET"
    request_protocol = "HTTP"
    vpc_channel_id   = huaweicloud_apig_vpc_channel.servers.id
    timeout          = 5000
  }
}

resource "huaweicloud_apig_api" "stock" {
  instance_id             = huaweicloud_apig_instance.orders-gateway.id
  group_id                = huaweicloud_apig_group.orders.id
  name                    = "stock_lookup"
  type                    = "Private"
  request_protocol        = "HTTPS"
  request_method          = "GET"
  request_path            = "/stock"
  security_authentication = "APP"
  web {
    path             = "/stock"
    request_method   = "GET"
    request_protocol = "HTTP"
    backend_address  = "10.20.1.40:8080"
    timeout          = 3000
  }
}

resource "huaweicloud_apig_api_publishment" "list" {
  instance_id = huaweicloud_apig_instance.orders-gateway.id
  api_id      = huaweicloud_apig_api.list.id
  env_id      = huaweicloud_apig_environment.production.id
}

resource "huaweicloud_apig_api_publishment" "stock" {
  instance_id = huaweicloud_apig_instance.orders-gateway.id
  api_id      = huaweicloud_apig_api.stock.id
  env_id      = huaweicloud_apig_environment.production.id
}

resource "huaweicloud_dns_zone" "warehouse" {
  name      = "warehouse.internal."
  zone_type = "private"
  router {
    router_id = huaweicloud_vpc.orders.id
  }
}

resource "huaweicloud_dns_recordset" "orders" {
  zone_id = huaweicloud_dns_zone.warehouse.id
  name    = "orders.warehouse.internal."
  type    = "A"
  ttl     = 300
  records = [huaweicloud_apig_instance.orders-gateway.vpc_ingress_address]
}
