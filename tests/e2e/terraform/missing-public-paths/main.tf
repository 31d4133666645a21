# The recorded program missing-public-paths, as a configuration.
terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_vpc" "widget" {
  name = "widget-vpc"
  cidr = "10.90.0.0/16"
}

resource "huaweicloud_vpc_subnet" "widget" {
  name       = "widget-subnet"
  vpc_id     = huaweicloud_vpc.widget.id
  cidr       = "10.90.1.0/24"
  gateway_ip = "10.90.1.1"
}

resource "huaweicloud_networking_secgroup" "widget" {
  name = "widget-sg"
}

resource "huaweicloud_networking_secgroup_rule" "https" {
  security_group_id = huaweicloud_networking_secgroup.widget.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  ports             = "443"
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "huaweicloud_apig_instance" "widget-gateway" {
  name               = "widget-gateway"
  edition            = "BASIC"
  vpc_id             = huaweicloud_vpc.widget.id
  subnet_id          = huaweicloud_vpc_subnet.widget.id
  security_group_id  = huaweicloud_networking_secgroup.widget.id
  availability_zones = ["cn-north-4a"]
}

resource "huaweicloud_apig_environment" "prod" {
  instance_id = huaweicloud_apig_instance.widget-gateway.id
  name        = "prod"
}

resource "huaweicloud_apig_group" "widget" {
  instance_id = huaweicloud_apig_instance.widget-gateway.id
  name        = "widget"
  url_domains {
    name = "widget.example.com"
  }
}

resource "huaweicloud_apig_api" "forecast" {
  instance_id             = huaweicloud_apig_instance.widget-gateway.id
  group_id                = huaweicloud_apig_group.widget.id
  name                    = "forecast"
  type                    = "Public"
  request_protocol        = "HTTPS"
  request_method          = "GET"
  request_path            = "/forecast"
  cors                    = true
  security_authentication = "NONE"
  web {
    path             = "/v3/forecast"
    request_method   = "GET"
    request_protocol = "HTTPS"
    backend_address  = "api.weather-provider.example.org:443"
    timeout          = 8000
  }
}

resource "huaweicloud_apig_api" "status" {
  instance_id      = huaweicloud_apig_instance.widget-gateway.id
  group_id         = huaweicloud_apig_group.widget.id
  name             = "status"
  type             = "Public"
  request_protocol = "HTTPS"
  request_method   = "GET"
  request_path     = "/status"
  mock {
    status_code = 200
    response    = "ok"
  }
}

resource "huaweicloud_apig_api_publishment" "forecast" {
  instance_id = huaweicloud_apig_instance.widget-gateway.id
  api_id      = huaweicloud_apig_api.forecast.id
  env_id      = huaweicloud_apig_environment.prod.id
}

resource "huaweicloud_apig_api_publishment" "status" {
  instance_id = huaweicloud_apig_instance.widget-gateway.id
  api_id      = huaweicloud_apig_api.status.id
  env_id      = huaweicloud_apig_environment.prod.id
}

resource "huaweicloud_dns_zone" "widget" {
  name      = "example.com."
  zone_type = "public"
}

resource "huaweicloud_dns_recordset" "widget" {
  zone_id = huaweicloud_dns_zone.widget.id
  name    = "widget.example.com."
  type    = "A"
  records = [huaweicloud_apig_instance.widget-gateway.ingress_address]
}
