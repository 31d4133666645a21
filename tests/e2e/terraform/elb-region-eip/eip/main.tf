terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}

variable "name" { type = string }
variable "size" { type = number }

resource "huaweicloud_vpc_eip" "this" {
  name = var.name
  tags = { owner = "stores" }
  publicip {
    type = "5_bgp"
  }
  bandwidth {
    share_type  = "PER"
    name        = var.name
    size        = var.size
    charge_mode = "bandwidth"
  }
}

output "id" { value = huaweicloud_vpc_eip.this.id }

output "address" { value = huaweicloud_vpc_eip.this.address }
