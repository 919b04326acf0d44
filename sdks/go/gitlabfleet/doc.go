// GitLab runners, their runner managers and job-token allowlists, declared in one place.
package gitlabfleet
