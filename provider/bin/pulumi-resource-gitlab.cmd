@echo off
rem Started by Pulumi as the plugin of package gitlab: plugins.providers in Pulumi.yaml.
if not exist "%~dp0plugin.js" (
    echo The plugin is not built: %~dp0plugin.js is missing. Run: npm ci 1>&2
    exit /b 1
)
node "%~dp0start.cjs" gitlab %*
