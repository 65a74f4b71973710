import org.codelibs.elasticsearch.runner.ElasticsearchClusterRunner;

/** One Elasticsearch on loopback: its folder, the port it answers on, the port of its own kind. */
public class Elasticsearch {
    public static void main(String[] told) throws Exception {
        ElasticsearchClusterRunner runner = new ElasticsearchClusterRunner();
        runner.onBuild((number, settings) -> {
            settings.put("http.port", told[1]);
            settings.put("http.host", "127.0.0.1");
            settings.put("transport.port", told[2]);
            settings.put("network.host", "127.0.0.1");
            settings.put("discovery.type", "single-node");
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        runner.build(ElasticsearchClusterRunner.newConfigs().basePath(told[0]).clusterName("micromart").numOfNode(1));
        Thread.currentThread().join();
    }
}
