# The recorded program elb-region-eip, as a configuration.
terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}

provider "huaweicloud" {
  region = "la-south-2"
}

resource "huaweicloud_vpc" "stores" {
  name = "stores-vpc"
  cidr = "10.60.0.0/16"
}

resource "huaweicloud_vpc_subnet" "stores" {
  name       = "stores-subnet"
  vpc_id     = huaweicloud_vpc.stores.id
  cidr       = "10.60.1.0/24"
  gateway_ip = "10.60.1.1"
}

resource "huaweicloud_networking_secgroup" "stores" {
  name = "stores-sg"
}

resource "huaweicloud_networking_secgroup_rule" "https" {
  security_group_id = huaweicloud_networking_secgroup.stores.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  ports             = "80,443"
  remote_ip_prefix  = "0.0.0.0/0"
}

module "gateway_eip" {
  source = "./eip"
  name   = "stores-gateway-eip"
  size   = 10
}

module "migration_eip" {
  source = "./eip"
  name   = "stores-migration-eip"
  size   = 5
}

resource "huaweicloud_apig_instance" "stores-gateway" {
  name               = "stores-gateway"
  edition            = "BASIC"
  vpc_id             = huaweicloud_vpc.stores.id
  subnet_id          = huaweicloud_vpc_subnet.stores.id
  security_group_id  = huaweicloud_networking_secgroup.stores.id
  availability_zones = ["la-south-2a"]
  eip_id             = module.gateway_eip.id
}

resource "huaweicloud_apig_environment" "prod" {
  instance_id = huaweicloud_apig_instance.stores-gateway.id
  name        = "prod"
}

resource "huaweicloud_apig_group" "stores" {
  instance_id = huaweicloud_apig_instance.stores-gateway.id
  name        = "stores"
}

resource "huaweicloud_apig_api" "nearest" {
  instance_id             = huaweicloud_apig_instance.stores-gateway.id
  group_id                = huaweicloud_apig_group.stores.id
  name                    = "nearest_store"
  type                    = "Public"
  request_protocol        = "HTTPS"
  request_method          = "GET"
  request_path            = "/stores/nearest"
  security_authentication = "NONE"
  web {
    path             = "/nearest"
    request_method   = "GET"
    request_protocol = "HTTP"
    backend_address  = "10.60.1.15:8000"
    timeout          = 2000
  }
}

resource "huaweicloud_apig_api_publishment" "nearest" {
  instance_id = huaweicloud_apig_instance.stores-gateway.id
  api_id      = huaweicloud_apig_api.nearest.id
  env_id      = huaweicloud_apig_environment.prod.id
}

output "gatewayId" { value = huaweicloud_apig_instance.stores-gateway.id }
output "addresses" { value = [module.gateway_eip.address, module.migration_eip.address] }
