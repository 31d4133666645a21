"""Plans and states of OpenTofu and Terraform, which share their formats.

Both tools manage the resources that the Pulumi provider is bridged from, so a plan becomes the same
``Stack`` as a preview: nothing behind this room knows which tool wrote it.
"""
