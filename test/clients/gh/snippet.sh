export GH_HOST="${EDGE_GISTS#https://}" GH_ENTERPRISE_TOKEN=any
gh api --paginate users/octocat/gists --jq '.[].id' | wc -l
