"""Phone simulator: stands in for Twilio over Twilio's own protocol."""
