package main

import "fmt"

// Values that gitlab-runner checks in code rather than in types, tags or typed constants, each with the place of the
// check. A rule for a key that no longer exists stops the generator, so that none can become outdated unnoticed.
var valueRules = []struct {
	table, key string
	values     []string
	ignoreCase bool
}{
	// log/configuration.go (logrus.ParseLevel, formats)
	{"GlobalTable", "log_level", []string{"panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"}, true},
	{"GlobalTable", "log_format", []string{"runner", "text", "json"}, false},
	// common/config.go, GetPullPolicies and GetAllowedPullPolicies of DockerConfig and KubernetesConfig
	{"DockerConfig", "pull_policy", []string{"always", "if-not-present", "never"}, false},
	{"DockerConfig", "allowed_pull_policies", []string{"always", "if-not-present", "never"}, false},
	{"KubernetesConfig", "pull_policy", []string{"", "always", "if-not-present", "never"}, false},
	{"KubernetesConfig", "allowed_pull_policies", []string{"", "always", "if-not-present", "never"}, false},
	// common/config.go, KubernetesDNSPolicy.Get and KubernetesPodSpec.PodSpecPatch take "" for their default
	{"KubernetesConfig", "dns_policy", []string{"", "none", "default", "cluster-first", "cluster-first-with-host-net"}, false},
	{"KubernetesPodSpec", "patch_type", []string{"", "json", "merge", "strategic"}, false},
	// common/config.go, validSeccompProfileTypes, validAppArmorProfileTypes and getProcMount
	{"KubernetesSeccompProfile", "type", []string{"RuntimeDefault", "Unconfined", "Localhost"}, false},
	{"KubernetesAppArmorProfile", "type", []string{"RuntimeDefault", "Unconfined", "Localhost"}, false},
	{"KubernetesContainerSecurityContext", "proc_mount", []string{"default", "unmasked"}, true},
	// cache/*/adapter.go (Factories().Register) and cache/cacheconfig (AuthType, EncryptionType)
	{"CacheConfig", "Type", []string{"s3", "gcs", "azure"}, false},
	{"CacheS3Config", "AuthenticationType", []string{"access-key", "iam"}, true},
	{"CacheS3Config", "ServerSideEncryption", []string{"S3", "AES256", "KMS", "aws:kms", "DSSE-KMS", "aws:kms:dsse"}, true},
	// commands/multi.go, writers of the usage logger
	{"UsageLogger", "writers", []string{"logrotate", "snowplow_billing"}, false},
}

// Keys whose value must never be printed: what RunnerConfig.mask hides, the passwords that it omits, and variables,
// which often contain some.
var secretKeys = []struct{ table, key string }{
	{"GlobalTable", "sentry_dsn"},
	{"WorkerTable", "token"},
	{"KubernetesConfig", "bearer_token"},
	{"CacheS3Config", "AccessKey"},
	{"CacheS3Config", "SecretKey"},
	{"CacheS3Config", "SessionToken"},
	{"CacheGCSConfig", "PrivateKey"},
	{"CacheAzureConfig", "AccountKey"},
	{"SshConfig", "password"},
	{"ConnectorConfig", "password"},
	{"WorkerTable", "environment"},
	{"Service", "environment"},
}

// Numbers below zero are meaningless there: gitlab-runner accepts them, and their effect is undocumented.
// docs/configuration/advanced-configuration.md, [runners.autoscaler]; 0 is "no limit" or "none".
var countedKeys = []struct{ table, key string }{
	{"AutoscalerConfig", "capacity_per_instance"},
	{"AutoscalerConfig", "max_use_count"},
	{"AutoscalerConfig", "max_instances"},
	{"AutoscalerPolicyConfig", "idle_count"},
	{"AutoscalerPolicyConfig", "scale_factor"},
	{"AutoscalerPolicyConfig", "scale_factor_limit"},
	{"KubernetesAutoscalerConfig", "max_pause_pods"},
}

func addRules(s *schema) error {
	find := func(tableName, keyName string) (*key, error) {
		if t := s.table(tableName); t != nil {
			if k := t.key(keyName); k != nil {
				return k, nil
			}
		}
		return nil, fmt.Errorf("rules.go speaks of %s.%s, which gitlab-runner %s does not have", tableName, keyName, s.Version)
	}
	for _, rule := range valueRules {
		k, err := find(rule.table, rule.key)
		if err != nil {
			return err
		}
		k.Enum, k.IgnoreCase = rule.values, rule.ignoreCase
	}
	for _, secret := range secretKeys {
		k, err := find(secret.table, secret.key)
		if err != nil {
			return err
		}
		k.Secret = true
	}
	for _, counted := range countedKeys {
		k, err := find(counted.table, counted.key)
		if err != nil {
			return err
		}
		k.Min = new(int64)
	}
	pluginConfig, err := find("AutoscalerConfig", "plugin_config")
	if err != nil {
		return err
	}
	pluginConfig.ByPlugin = true
	executor, err := find("WorkerTable", "executor")
	if err != nil {
		return err
	}
	executor.Enum = s.Executors
	return nil
}
