# The recorded program lvs-own-eip, as a configuration.
terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}

provider "huaweicloud" {
  region = "cn-north-1"
}

locals {
  tags = { team = "catalogue", cost-center = "4711" }
}

resource "huaweicloud_vpc" "catalogue" {
  name = "catalogue-vpc"
  cidr = "172.20.0.0/16"
  tags = local.tags
}

resource "huaweicloud_vpc_subnet" "catalogue" {
  name       = "catalogue-subnet"
  vpc_id     = huaweicloud_vpc.catalogue.id
  cidr       = "172.20.10.0/24"
  gateway_ip = "172.20.10.1"
}

resource "huaweicloud_networking_secgroup" "catalogue" {
  name                 = "catalogue-sg"
  delete_default_rules = true
}

resource "huaweicloud_networking_secgroup_rule" "in" {
  security_group_id = huaweicloud_networking_secgroup.catalogue.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 443
  port_range_max    = 443
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "huaweicloud_networking_secgroup_rule" "out" {
  security_group_id = huaweicloud_networking_secgroup.catalogue.id
  direction         = "egress"
  ethertype         = "IPv4"
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "huaweicloud_vpc_bandwidth" "public-edge" {
  name        = "public-edge"
  size        = 20
  charge_mode = "bandwidth"
}

resource "huaweicloud_vpc_eip" "catalogue-eip" {
  tags = local.tags
  publicip {
    type = "5_bgp"
  }
  bandwidth {
    share_type = "WHOLE"
    id         = huaweicloud_vpc_bandwidth.public-edge.id
  }
}

resource "huaweicloud_apig_instance" "catalogue-gateway" {
  name               = "catalogue-gateway"
  edition            = "PROFESSIONAL"
  vpc_id             = huaweicloud_vpc.catalogue.id
  subnet_id          = huaweicloud_vpc_subnet.catalogue.id
  security_group_id  = huaweicloud_networking_secgroup.catalogue.id
  availability_zones = ["cn-north-1a", "cn-north-1b"]
  eip_id             = huaweicloud_vpc_eip.catalogue-eip.id
  description        = "LVS gateway with its own EIP"
  tags               = local.tags
}

resource "huaweicloud_apig_environment" "prod" {
  instance_id = huaweicloud_apig_instance.catalogue-gateway.id
  name        = "prod"
}

resource "huaweicloud_apig_group" "catalogue" {
  instance_id = huaweicloud_apig_instance.catalogue-gateway.id
  name        = "catalogue"
}

resource "huaweicloud_apig_vpc_channel" "hosts" {
  instance_id = huaweicloud_apig_instance.catalogue-gateway.id
  name        = "catalogue-hosts"
  member_type = "EIP"
  port        = 9000
  protocol    = "TCP"
  dynamic "members" {
    for_each = ["172.20.10.21", "172.20.10.22"]
    content {
      ip_address = members.value
    }
  }
}

resource "huaweicloud_apig_api" "search" {
  instance_id      = huaweicloud_apig_instance.catalogue-gateway.id
  group_id         = huaweicloud_apig_group.catalogue.id
  name             = "search_items"
  type             = "Public"
  request_protocol = "HTTPS"
  request_method   = "GET"
  request_path     = "/items"
  web {
    path             = "/items"
    request_method   = "GET"
    request_protocol = "HTTP"
    vpc_channel_id   = huaweicloud_apig_vpc_channel.hosts.id
  }
}

resource "huaweicloud_apig_api" "images" {
  instance_id      = huaweicloud_apig_instance.catalogue-gateway.id
  group_id         = huaweicloud_apig_group.catalogue.id
  name             = "item_images"
  type             = "Public"
  request_protocol = "HTTPS"
  request_method   = "GET"
  request_path     = "/images"
  matching         = "Prefix"
  web {
    path             = "/images"
    request_method   = "GET"
    request_protocol = "HTTP"
    backend_address  = "172.20.10.30:8081"
  }
}

resource "huaweicloud_apig_api_publishment" "each" {
  for_each    = { search = huaweicloud_apig_api.search.id, images = huaweicloud_apig_api.images.id }
  instance_id = huaweicloud_apig_instance.catalogue-gateway.id
  api_id      = each.value
  env_id      = huaweicloud_apig_environment.prod.id
}

resource "huaweicloud_dns_zone" "catalogue" {
  name      = "catalogue.example.com."
  zone_type = "public"
  ttl       = 300
}

resource "huaweicloud_dns_recordset" "api" {
  zone_id = huaweicloud_dns_zone.catalogue.id
  name    = "api.catalogue.example.com."
  type    = "A"
  ttl     = 600
  records = [huaweicloud_vpc_eip.catalogue-eip.address]
}

output "publicAddress" { value = huaweicloud_vpc_eip.catalogue-eip.address }
