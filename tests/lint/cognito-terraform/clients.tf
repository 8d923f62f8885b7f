variable "mobile_access_hours" {
  type    = number
  default = 12
}

variable "unit" {
  type = string
}

locals {
  callbacks = ["https://app.example/callback", "https://*.app.example/callback"]
}

resource "aws_cognito_user_pool" "main" {
  name = "main"
}

# Written in the belief that 60 are minutes.
resource "aws_cognito_user_pool_client" "spa" {
  name         = "spa"
  user_pool_id = aws_cognito_user_pool.main.id

  access_token_validity  = 60
  refresh_token_validity = 400
  allowed_oauth_flows    = ["code", "implicit"]
  explicit_auth_flows    = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  callback_urls          = local.callbacks

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 60
  }
}

resource "aws_cognito_user_pool_client" "mobile" {
  name                    = "mobile"
  user_pool_id            = aws_cognito_user_pool.main.id
  access_token_validity   = var.mobile_access_hours
  id_token_validity       = 5
  enable_token_revocation = false # authkit: ignore[revocation-off] nothing to revoke with yet
  callback_urls           = ["app.example:/callback"]

  token_validity_units {
    id_token = var.unit
  }
}

resource "aws_cognito_user_pool_client" "backend" {
  name                   = "backend"
  user_pool_id           = aws_cognito_user_pool.main.id
  generate_secret        = true
  access_token_validity  = 15
  id_token_validity      = 15
  refresh_token_validity = 7
  allowed_oauth_flows    = ["code"]
  callback_urls          = ["https://app.example/callback"]

  token_validity_units {
    access_token = "minutes"
    id_token     = "minutes"
  }
}
