//! octocrab (https://docs.rs/octocrab): `base_uri`.

use std::collections::BTreeSet;
use std::io::stdin;
use std::time::UNIX_EPOCH;

use http::HeaderMap;
use octocrab::service::middleware::cache::mem::InMemoryCache;
use octocrab::{Error, Octocrab, Page, Result};
use serde_json::{Value, json};

/// The base URL as a user sets it.
fn base(ask: &Value) -> String {
    let prefix = if ask["enterprise"] == true {
        "/api/v3"
    } else {
        ""
    };
    format!("{}{prefix}", text(ask, "origin"))
}

fn connect(ask: &Value) -> Result<Octocrab> {
    Octocrab::builder().base_uri(base(ask))?.build()
}

fn text<'a>(ask: &'a Value, name: &str) -> &'a str {
    ask[name].as_str().unwrap_or_default()
}

async fn by_id(client: &Octocrab, id: &str) -> Result<Value> {
    Ok(json!({ "id": client.gists().get(id).await?.id }))
}

async fn run(ask: &Value) -> Result<Value> {
    let client = connect(ask)?;
    let gists = client.gists();
    let id = text(ask, "gist");
    let file = text(ask, "file");
    Ok(match text(ask, "scenario") {
        "user-gists" => {
            let first = gists.list_user_gists(text(ask, "username")).send().await?;
            let found = client.all_pages(first).await?;
            let unique: BTreeSet<_> = found.iter().map(|gist| &gist.id).collect();
            json!({ "count": found.len(), "unique": unique.len() })
        }
        "since" => {
            let since = text(ask, "since").parse().expect("a time");
            let first = gists
                .list_user_gists(text(ask, "username"))
                .since(since)
                .send()
                .await?;
            json!({ "count": client.all_pages(first).await?.len() })
        }
        "gist" | "not-found" => {
            let gist = gists.get(id).await?;
            json!({ "id": gist.id, "files": gist.files.keys().collect::<Vec<_>>() })
        }
        "revision" => {
            let gist = gists.get_revision(id, text(ask, "sha")).await?;
            json!({ "content": gist.files[file].content })
        }
        "history" => {
            let first = gists.list_commits(id).send().await?;
            let commits = client.all_pages(first).await?;
            json!({ "versions": commits.iter().map(|commit| &commit.version).collect::<Vec<_>>() })
        }
        "comments" => {
            let first = gists.comments_for(id).list_comments().await?;
            json!({ "count": client.all_pages(first).await?.len() })
        }
        "forks" => {
            let first = gists.list_forks(id).send().await?;
            json!({ "count": client.all_pages(first).await?.len() })
        }
        "file" => json!({ "content": gists.get(id).await?.files[file].content }),
        "follow" => {
            let gist = gists.get(id).await?;
            let first: Page<Value> = client.get(gist.commits_url.as_str(), None::<&()>).await?;
            let commits = client.all_pages(first).await?;
            let owner: Value = client
                .get(
                    commits[0]["user"]["url"].as_str().unwrap_or("/"),
                    None::<&()>,
                )
                .await?;
            json!({ "versions": commits.len(), "login": owner["login"] })
        }
        "user" => {
            let user = client.users(text(ask, "username")).profile().await?;
            json!({ "login": user.login, "id": user.id })
        }
        "anonymous" => json!({ "count": gists.list_all_gists().send().await?.items.len() }),
        "conditional" => {
            let client = Octocrab::builder()
                .base_uri(base(ask))?
                .cache(InMemoryCache::new())
                .build()?;
            let first = client.gists().get(id).await?;
            let again = client.gists().get(id).await?;
            json!({ "unchanged": first.updated_at == again.updated_at })
        }
        "rate-limit" => {
            let core = client.ratelimit().get().await?.resources.core;
            json!({ "limit": core.limit, "remaining": core.remaining, "used": core.used })
        }
        "primary-limit" | "secondary-limit" => by_id(&client, text(ask, "uncached")).await?,
        "cached-while-limited" => {
            let cached = text(ask, "cached");
            json!([by_id(&client, cached).await?, by_id(&client, cached).await?])
        }
        "cached-after-limit" => match by_id(&client, text(ask, "uncached")).await {
            Ok(found) => found,
            Err(_) => by_id(&client, text(ask, "cached")).await?,
        },
        other => panic!("no scenario {other}"),
    })
}

fn to_error(error: &Error) -> Value {
    let Error::GitHub { source, .. } = error else {
        return json!({ "type": "Error", "message": error.to_string() });
    };
    let told = |headers: &HeaderMap| {
        headers
            .get("retry-after")?
            .to_str()
            .ok()?
            .parse::<u64>()
            .ok()
    };
    let now = UNIX_EPOCH.elapsed().expect("a clock after 1970").as_secs();
    let wait = source
        .headers
        .as_ref()
        .and_then(told)
        .or_else(|| source.rate_limit_reset?.checked_sub(now));
    json!({
        "type": "Error::GitHub",
        "message": source.message,
        "status": source.status_code.as_u16(),
        "wait": wait,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for line in stdin().lines() {
        let ask = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        let answer = match run(&ask).await {
            Ok(ok) => json!({ "ok": ok }),
            Err(error) => json!({ "error": to_error(&error) }),
        };
        println!("{answer}");
    }
}
