module gitlab-fleet.example/config-keys

go 1.24
