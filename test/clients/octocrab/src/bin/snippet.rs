use octocrab::Octocrab;

#[tokio::main(flavor = "current_thread")]
async fn main() -> octocrab::Result<()> {
    let url = std::env::var("EDGE_GISTS").unwrap_or("http://localhost:8080".into());
    let github = Octocrab::builder().base_uri(url)?.build()?;
    let first = github.gists().list_user_gists("octocat").send().await?;
    println!("{}", github.all_pages(first).await?.len());
    Ok(())
}
